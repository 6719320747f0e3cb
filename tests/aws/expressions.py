"""Random expressions of a program as text, each of a type, over the names that are in scope.

writer.value("int") -> "len(x3) + 2"        writer.awaited("int") -> "x1 + await safe(x2)"
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, final

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]

TYPES: Final = ("int", "str", "ints", "counts", "line", "float", "strs", "color", "maybe", "pair", "part", "point")
MUTABLE: Final = ("ints", "strs", "counts", "line", "part")
TEXTS: Final = ("", "a", "é", "don't", "\n", '"""', "😀", "{x}", "\\", "a\u2028b")
KEYS: Final = ('"a"', '"b"', '"$"', '"ü"')

FORMS: Final[dict[str, tuple[str, ...]]] = {
    "int": (
        "(<int+> + <int>)",
        "(<int+> - <int>)",
        "(<int+> * <int> % 97)",
        "len(<ints>)",
        "<line>.n",
        "<counts>.get(<key>, <int>)",
        "weigh(<int+>)",
        "sum(<ints+>) % 50",
        "max(<int+>, <int>)",
        "<pair>[0]",
        "len(<str+>)",
        '<part>["n"]',
        "(<maybe> or <int>)",
        "(<int+> // <int>)",
        "<ints>[0]",
        "<counts>[<key>]",
        "sum(v for v in <ints> if v != <int>)",
    ),
    "str": (
        "(<str> + <str+>)[-20:]",
        "repr(<int>)",
        "repr(<float>)",
        "repr(<line>)",
        "str(<color>)",
        "repr(<counts>)",
        "<line>.name",
        '"|".join(<strs>)[-20:]',
        "<str>.upper()",
        'f"""{<int>:>3}\n  two\n """',
        '"""a\n    b\n"""',
    ),
    "ints": (
        "[<int+>, <int>]",
        "[v + 1 for v in <ints>]",
        "<ints>[1:]",
        "list(range(<few>))",
        "(<ints> + [<int+>])",
        "sorted(<ints>)",
        "[v for v in <ints> if v != <int>]",
        "[len(s) for s in <strs>]",
    ),
    "strs": ("[*<strs>, <str+>]",),
    "counts": ("{**<counts>, <key>: <int+>}", "{s: len(s) for s in <strs>}"),
    "float": ("(<float> + <float>)", "(<float> - <int>)"),
}
TESTS: Final = (
    "<int> > <int>",
    "<int+> % 2 == 0",
    "<ints>",
    "<str> == <str>",
    "<key> in <counts>",
    "not <strs>",
    "<color> == Color.RED",
    "<int> < 3 and <int> != 1",
    "(<walrus := <int>) < 4 or <walrus > 6",
    "True",
    "<line> == <line>",
)
MAYBES: Final = ("(<maybe> or 0) > 2",)
CALLS: Final[dict[str, tuple[str, ...]]] = {
    "int": ("<quiet>", "work(<int+>)", "<loud>"),
    "str": ("say(<str+>)",),
    "ints": ("order(<ints+>)",),
    "strs": ("split(<str+>)",),
    "counts": ("count(<counts+>)",),
    "float": ("half(<float+>)",),
    "color": ("paint(<color>)",),
    "maybe": ("maybe(<int>)",),
    "pair": ("pair(<int>)",),
    "line": ("fetch(<int+>)", "store(<line>)"),
}
AROUND: Final[dict[str, tuple[str, ...]]] = {
    "int": (
        "<int> + await <callint>",
        "await safe(await <callint>)",
        "(await <callline>).n",
        "len(await <callints>)",
        "(await <callint>) - await <callint>",
        "max(await <callint>, await <callint>, <int>)",
        "await <callint> if <test> else await <callint>",
        "await <callint> if <test> else <int>",
        "(await <callpair>)[0]",
        "-await <callint>",
        "(await <callints>)[<int>]",
        "[await <callint>, <int>, await <callint>][<few>]",
    ),
    "str": ('f"{<int>} {await <callint>} {await <callint>!r:>4}"', 'f"{await <callint>}" + await <callstr>'),
    "ints": ("[<int>, await <callint>, *await <callints>]",),
    "counts": ('{"x": await <callint>, **<counts>}', '{await <callstr>: 1, "y": await <callint>}'),
    "line": ("Line(await <callstr>, await <callint>)",),
}


@final
@dataclass
class Scope:
    """What stands around the next statement of a function."""

    names: dict[str, list[str]] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)  # captured or counting: nothing else may assign them
    functions: list[str] = field(default_factory=list)  # take an int, give an int
    calls: list[str] = field(default_factory=list)  # async: "{}" stands for an int argument; they may fail
    quiet: list[str] = field(default_factory=list)  # async, and never fail
    loops: int = 0
    depth: int = 0
    caught: list[str] = field(default_factory=list)
    handling: bool = False

    def inner(self) -> "Scope":
        """The scope of a block inside, whose names are forgotten at its end."""
        return Scope(
            {kind: list(names) for kind, names in self.names.items()},
            set(self.fixed),
            list(self.functions),
            list(self.calls),
            list(self.quiet),
            self.loops,
            self.depth + 1,
            list(self.caught),
            self.handling,
        )


class Expressions:
    """Draws expressions. ``scope`` is where they stand."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.scope = Scope()
        self.gone: dict[str, list[str]] = {}  # variables of blocks that may not have run
        self.numbers = 0

    def pick(self, options: Sequence[T]) -> T:
        """One of them; the first is the simplest."""
        found: T = self.draw(st.sampled_from(options))
        return found

    def upto(self, largest: int) -> int:
        """A whole number from 0."""
        found: int = self.draw(st.integers(0, largest))
        return found

    def rarely(self, one_in: int) -> bool:
        """True once in so many draws."""
        return self.upto(one_in - 1) == one_in - 1

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    def known(self, kind: str) -> list[str]:
        """The variables of a type."""
        return self.scope.names.get(kind, [])

    def of(self, kind: str) -> str:
        """A variable or a literal."""
        names = self.known(kind)
        if self.gone.get(kind) and self.rarely(12):
            return self.pick(self.gone[kind])
        if names and not self.rarely(4):
            return self.pick(names[::-1])
        return self.literal(kind)

    def literal(self, kind: str) -> str:
        """A value written out."""
        match kind:
            case "int":
                return str(self.pick([1, 0, 2, 3, 5, 6, 10, 20, -1, 9007199254740991]))
            case "str":
                return repr(self.pick(TEXTS))
            case "float":
                return self.pick(["0.5", "1.0", "-0.25", "1e300", "0.1"])
            case "ints":
                return f"[{', '.join(str(self.upto(9)) for _ in range(self.upto(3)))}]"
            case "strs":
                return f"[{', '.join(repr(self.pick(TEXTS)) for _ in range(self.upto(2)))}]"
            case "counts":
                return "{" + ", ".join(f"{key}: {self.upto(9)}" for key in KEYS[: self.upto(3)]) + "}"
            case _:
                return self.built(kind)

    def built(self, kind: str) -> str:
        """An object made in place."""
        number = self.upto(9)
        match kind:
            case "line":
                return self.pick([f'Line("n", {number})', f'Line("é", n={number}, tags=["t", "u"])'])
            case "color":
                return self.pick(["Color.RED", "Color.GREEN"])
            case "maybe":
                return self.pick(["None", str(number)])
            case "pair":
                return self.pick([f'({number}, "p")', f'Pair({number}, "q")'])
            case "part":
                return f'Part(name="n", n={number})'
            case _:
                return f"Point({number})"

    def value(self, kind: str, depth: int = 2) -> str:
        """An expression without an await."""
        if depth == 0 or not self.rarely(2):
            return self.of(kind)
        if self.rarely(6):
            return self.fill(f"(<{kind}+> if <test> else <{kind}>)", depth - 1)
        templates = list(FORMS.get(kind, ()))
        if kind == "int":
            templates += [f"{name}(<int+>)" for name in self.scope.functions for _ in range(3)]
        if kind == "str" and self.known("str"):
            templates.append(f'f"{{{self.pick(self.known("str"))}}}-{{{self.pick(self.known("str"))!r}}}"[-20:]')
        return self.one_of(templates, depth - 1) if templates else self.of(kind)

    def fill(self, template: str, depth: int = 1) -> str:
        """The template with an expression for each ``<type>`` (a name or literal) and ``<type+>`` (any expression)."""
        return re.sub(r"<([a-z]+)(\+?)>", lambda hole: self.hole(hole[1], depth if hole[2] else 0), template)

    def hole(self, what: str, depth: int) -> str:
        """What one hole of a template takes."""
        match what:
            case "key":
                return self.pick(KEYS)
            case "test":
                return self.test()
            case "quiet":
                return self.quietly()
            case "loud":
                return self.loudly()
            case "few":
                return str(self.upto(3))
            case _:
                if what.startswith("call"):
                    return self.call(what.removeprefix("call"))
                return self.value(what, depth)

    def one_of(self, templates: Sequence[str], depth: int = 1) -> str:
        """One of the templates, filled."""
        return self.fill(self.pick(templates), depth)

    def test(self) -> str:
        """A condition."""
        templates = [*TESTS, *(MAYBES if self.known("maybe") else ())]
        return self.one_of(templates).replace("<walrus", f"w{self.scope.depth}")

    # with awaits

    def call(self, kind: str) -> str:
        """A durable call that gives a value of the type."""
        return self.one_of(CALLS[kind])

    def quietly(self) -> str:
        """A call that never fails, unless its argument does."""
        return self.pick(["safe({})", *self.scope.quiet]).format(self.of("int"))

    def loudly(self) -> str:
        """A call that may fail."""
        return self.pick(["work({})", *self.scope.calls, *self.scope.calls]).format(self.of("int"))

    def awaited(self, kind: str) -> str:
        """An expression with at least one await, in an order that the checker accepts."""
        if kind in AROUND and self.rarely(2):
            found = self.one_of(AROUND[kind])
            if not found.startswith('f"') or not set("\\\"'") & set(found[2:-1]):  # Python 3.11 takes none of these
                return found
        return f"await {self.call(kind)}"
