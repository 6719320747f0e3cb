"""The kinds of value that the checker tells apart. ``UNKNOWN`` is always right; everything else is sure.

Kind("dict", (STR, Kind("list", (INT,))))      dict[str, list[int]]
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from portable_faas.compiler.names import Function, Klass
from portable_faas.compiler.words import words


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """``tag`` with the kinds of the parts: the element of a list or set, key and value of a dict, a tuple's items.

    tag: none bool int float str bytes scalar (immutable and portable) list dict set tuple many (a tuple of any
    length) iterator view range function local (a def or lambda of this function) class record enum exception call
    (a durable call) activity orchestrator entity (a reference to one, with the kind of its state) lock context log app
    file naive foreign (an object of another package's class ``dotted``) unknown
    """

    tag: str
    parts: tuple["Kind", ...] = ()
    klass: Klass | None = None
    dotted: str = ""
    function: Function | None = None

    @property
    def element(self) -> "Kind":
        """What iterating gives."""
        match self.tag:
            case "list" | "set" | "iterator" | "many" | "dict" | "view":
                return self.parts[0] if self.parts else UNKNOWN
            case "tuple":
                return join(self.parts)
            case "str":
                return STR
            case "range" | "bytes":
                return INT
            case _:
                return UNKNOWN

    @property
    def immutable(self) -> bool:
        """Whether no alias of it can ever be noticed."""
        if self.tag in ("tuple", "many"):
            return bool(self.parts) and all(part.immutable for part in self.parts)
        if self.tag == "record":
            return self.klass is not None and self.klass.shape == "frozen"
        return self.tag in IMMUTABLE


UNKNOWN: Final = Kind("unknown")
NONE: Final = Kind("none")
BOOL: Final = Kind("bool")
INT: Final = Kind("int")
FLOAT: Final = Kind("float")
STR: Final = Kind("str")
BYTES: Final = Kind("bytes")
SCALAR: Final = Kind("scalar")
CALL: Final = Kind("call")
IMMUTABLE: Final = frozenset(
    words("""
    none bool int float str bytes scalar range enum class function local call context log naive app activity
    orchestrator entity lock
""")
)


def a_list(item: Kind = UNKNOWN) -> Kind:
    """A list of ``item``."""
    return Kind("list", (item,))


def a_dict(key: Kind = UNKNOWN, value: Kind = UNKNOWN) -> Kind:
    """A dict from ``key`` to ``value``."""
    return Kind("dict", (key, value))


def an_entity(state: Kind) -> Kind:
    """A reference to an entity whose state is an object of kind ``state``."""
    return Kind("entity", (state,))


def a_call(result: Kind = UNKNOWN) -> Kind:
    """A durable call that gives ``result``."""
    return Kind("call", (result,))


def an_iterator(item: Kind, dotted: str) -> Kind:
    """A one-shot iterator that ``dotted`` made."""
    return Kind("iterator", (item,), dotted=dotted)


def join(kinds: Iterable[Kind]) -> Kind:
    """What is sure of a value that is one of ``kinds``; None is left out, as ``T | None`` is read as ``T``."""
    found = list(dict.fromkeys(kinds))
    some = [kind for kind in found if kind.tag != "none"]
    if not some:
        return NONE if found else UNKNOWN
    if len(some) == 1:
        return some[0]
    first = some[0]
    if any(kind.tag != first.tag or kind.klass != first.klass or kind.dotted != first.dotted for kind in some):
        return SCALAR if all(kind.tag in ("bool", "int", "float", "str", "scalar") for kind in some) else UNKNOWN
    # `xs = []` has nothing known of its elements; what another path says of them then holds for both.
    width = max(len(kind.parts) for kind in some)
    full = [kind for kind in some if kind.parts]
    if any(len(kind.parts) != width for kind in full):
        return Kind(first.tag, (), first.klass, first.dotted)
    return Kind(
        first.tag,
        tuple(join(column) for column in zip(*(kind.parts for kind in full), strict=True)),
        first.klass,
        first.dotted,
    )
