"""Which kinds of value have no portable form, and what to use instead.

a set  ->  ("a set", "keep a sorted list")
"""

import ast
from typing import Final

from portable_faas.compiler.annotated import annotation
from portable_faas.compiler.builtin import NOT_PORTABLE
from portable_faas.compiler.facts import Facts
from portable_faas.compiler.kinds import Kind
from portable_faas.compiler.words import words

_INSTEAD: Final = {
    "set": ("a set", "keep a list, such as `sorted(...)`, or a dict"),
    "iterator": ("an iterator", "make it a list with `list(...)`"),
    "view": ("a view of a dict", "make it a list with `list(...)`"),
    "range": ("a range", "make it a list with `list(...)`"),
    "function": ("a function", "call it where it is needed"),
    "file": ("an open file", "open, use and close it in one activity"),
    "naive": ("a datetime without a time zone", "give it one, such as `tzinfo=UTC`"),
}
_FOREIGN: Final = {
    "collections.defaultdict": "use a dict and `setdefault`",
    "collections.Counter": "use a dict and `get(key, 0) + 1`",
    "collections.deque": "use a list",
    "collections.OrderedDict": "use a dict",
    "pathlib.Path": "keep the text of the path",
    "pathlib.PurePath": "keep the text of the path",
    "re.Match": "keep the text that was found",
    "re.Pattern": "put the pattern in a constant of the module",
    "zoneinfo.ZoneInfo": "keep its name, or put it in a constant of the module",
}
HASHES: Final = frozenset(
    f"hashlib.{name}"
    for name in words("""
    new md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 shake_128 shake_256 blake2b blake2s
""")
)
_KEYS: Final = frozenset(words("none bool int float bytes scalar tuple many enum record"))


def flaw(kind: Kind, depth: int = 3) -> tuple[str, str] | None:
    """What is surely not portable in a value of ``kind``, and what to do; None if nothing surely is."""
    if kind.tag in _INSTEAD:
        return _INSTEAD[kind.tag]
    if kind.tag == "foreign":
        if kind.dotted in HASHES:
            return f"a `{kind.dotted}`", "keep the bytes, or finish it with `.hexdigest()`"
        found = next((name for name in NOT_PORTABLE if kind.dotted == name), None)
        return (f"a `{found}`", _FOREIGN.get(found, "keep what you need of it as plain values")) if found else None
    if kind.klass is not None and kind.klass.is_local:
        what = "the class" if kind.tag == "class" else "an object of the class"
        return f"{what} `{kind.klass.name}` of a function", f"define `{kind.klass.name}` at module level"
    if kind.tag == "record" and kind.klass is not None and kind.klass.shape == "plain":
        return f"an object of the plain class `{kind.klass.name}`", f"make `{kind.klass.name}` a dataclass"
    if kind.tag == "dict" and kind.parts and kind.parts[0].tag in _KEYS:
        return "a dict whose keys are not text", "use text keys, such as `str(key)`"
    if depth and kind.tag in ("list", "dict", "tuple", "many"):
        for part in kind.parts:
            found_inside = (
                ("a function", "call it where it is needed") if part.tag == "local" else flaw(part, depth - 1)
            )
            if found_inside:
                return found_inside
    return None


def problem_of(facts: Facts, written: ast.expr) -> str:
    """Why an annotation is not portable; the empty text when it is, or when that is not known here."""
    found = flaw(annotation(facts.program, facts.function.owner or facts.program.top(facts.function.module), written))
    return f"{found[0]} has no portable form" if found else ""
