"""Random Python expressions of a given type over names of all types; every operand is of the type that Python needs."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from portable_faas_aws.jsonata.types import (
    Array,
    Bool,
    Float,
    Int,
    Map,
    Null,
    Object,
    Optional,
    Record,
    Text,
    Tuple,
    Type,
)

INT: Final = Int()
TEXT: Final = Text()
BOOL: Final = Bool()
FLOAT: Final = Float()
INTS: Final = Array(INT)
TEXTS: Final = Array(TEXT)
LISTS: Final = Array(INTS)
SMALL = Int(0, 9)
ORDER = Object((("n", INT), ("s", TEXT), ("xs", INTS), ("o", Optional(INT)), ("in", Bool())))
PAIR = Tuple((INT, TEXT))
THING = Record((("n", INT), ("s", TEXT), ("o", Optional(TEXT))))
NAMES: dict[str, Type] = {
    "i": INT,
    "j": Int(-50, 50),
    "k": SMALL,
    "s": TEXT,
    "t": Text(5),
    "b": BOOL,
    "c": BOOL,
    "x": FLOAT,
    "xs": INTS,
    "ys": LISTS,
    "ss": TEXTS,
    "d": Map(INT),
    "e": Map(INTS),
    "r": ORDER,
    "rs": Array(ORDER),
    "p": PAIR,
    "ps": Array(PAIR),
    "a": THING,
    "on": Optional(INT),
    "os": Optional(TEXT),
    "ol": Optional(INTS),
    "ob": Optional(BOOL),
    "orr": Optional(ORDER),
}
TARGETS: list[Type] = [INT, TEXT, BOOL, FLOAT, INTS, TEXTS, LISTS, Map(INT), Optional(INT), PAIR, ORDER, Array(PAIR)]
_LITERALS: Mapping[type, list[str]] = {
    Int: ["0", "1", "-1", "2", "3", "10"],
    Text: ["''", "'a'", "','", "'%}'", "'é'"],
    Bool: ["True", "False"],
    Float: ["0.5", "-0.0", "1.0"],
    Null: ["None"],
}
_ITEMS: list[Type] = [INT, TEXT, INTS, ORDER, PAIR]
_JUDGED: list[Type] = [
    BOOL,
    INT,
    TEXT,
    FLOAT,
    INTS,
    Map(INT),
    Optional(INT),
    Optional(TEXT),
    Optional(INTS),
    Optional(BOOL),
    PAIR,
]
_TESTED: list[Type] = [INT, TEXT, INTS, Optional(INT), Map(INT)]
_MEASURED: list[Type] = [TEXT, INTS, LISTS, Map(INT), ORDER]
_SHOWN: list[Type] = [INT, BOOL, TEXT, Optional(INT), Optional(TEXT), Optional(BOOL)]
_NUMBERS: list[Type] = [INT, FLOAT]
_HOLDERS: list[Type] = [TEXT, TEXTS, Map(INT), Map(INTS), ORDER]
_COMPARE = ["<", "<=", ">", ">=", "==", "!="]


def _family(type_: Type) -> Type:
    """The type without its bounds; expressions of it are interchangeable."""
    return INT if isinstance(type_, Int) else TEXT if isinstance(type_, Text) else type_


class Generator:
    """Draws from a ``Random``, so that the same draws give the same expression; the first choice is the simplest."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._fresh = 0

    def expression(self, type_: Type, depth: int, names: Mapping[str, Type]) -> str:
        forms = [lambda: self.leaf(type_, depth, names)]
        if depth > 0:
            forms += _forms(self, type_, depth - 1, names)
        return self.chance.choice(forms)()

    def leaf(self, type_: Type, depth: int, names: Mapping[str, Type]) -> str:
        found = [name for name, other in names.items() if _family(other) == _family(type_)]
        found += _LITERALS.get(type(type_), [])
        found += {INT: ["r['n']", "a.n", "p[0]"], TEXT: ["r['s']", "a.s", "p[1]"], INTS: ["r['xs']", "[]"]}.get(
            _family(type_), []
        )
        if isinstance(type_, Optional):
            return self.chance.choice([*found, "None", self.expression(type_.of, 0, names)])
        if isinstance(type_, Array) and not found:
            return "[]"
        return self.chance.choice(found or ["None"])

    def variable(self) -> str:
        self._fresh += 1
        return f"v{self._fresh}"

    def comprehension(self, body: Type, depth: int, names: Mapping[str, Type], ends: str = "[]") -> str:
        """A comprehension; some go over places, pairs or two lists."""
        target, source, inner = self.loop(depth, names)
        seen = {**names, **inner}
        test = f" if {self.expression(BOOL, depth - 1, seen)}" if self.chance.random() < 0.4 else ""
        more = ""
        if self.chance.random() < 0.15:
            second, other, inner = self.loop(depth - 1, seen)
            seen = {**seen, **inner}
            more = f" for {second} in {other}"
        return f"{ends[:1]}{self.expression(body, depth - 1, seen)} for {target} in {source}{test}{more}{ends[1:]}"

    def loop(self, depth: int, names: Mapping[str, Type]) -> tuple[str, str, dict[str, Type]]:
        item = self.chance.choice(_ITEMS)
        v, w = self.variable(), self.variable()
        source = self.expression(Array(item), depth, names)
        kinds = self.chance.choice(["list", "list", "list", "enumerate", "zip", "range", "pair", "reversed", "shadow"])
        if kinds == "enumerate":
            return f"{v}, {w}", f"enumerate({source})", {v: INT, w: item}
        if kinds == "zip":
            return f"{v}, {w}", f"zip({source}, {self.expression(INTS, depth - 1, names)})", {v: item, w: INT}
        if kinds == "range":
            ends = self.chance.choice(["k", "3", "k, 5", "j", "j, 9"])
            return v, f"range({ends})", {v: INT}
        if kinds == "pair":
            return f"{v}, {w}", self.expression(Array(PAIR), depth - 1, names), {v: INT, w: TEXT}
        if kinds == "reversed":
            return v, f"reversed({source})", {v: item}
        if kinds == "shadow":
            return "on", self.expression(Array(Optional(INT)), 0, names), {"on": Optional(INT)}
        return v, source, {v: item}


Form = Callable[[], str]


def _forms(g: Generator, type_: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    forms = [
        lambda: f"({e(type_)} if {e(BOOL)} else {e(type_)})",
        lambda: f"({e(type_)} if {e(g.chance.choice(_TESTED))} else {e(type_)})",
    ]
    family = _family(type_)
    make = _FORMS.get(type(family))
    return forms + (make(g, family, depth, names) if make is not None else [])


def _int(g: Generator, _: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    def c(body: Type) -> str:
        return g.comprehension(body, depth, names, "  ")

    return [
        lambda: f"({e(INT)} {g.chance.choice('+-*')} {e(INT)})",
        lambda: f"({e(INT)} {g.chance.choice(['//', '%'])} {e(INT)})",
        lambda: f"({e(INT)} {g.chance.choice(['//', '%'])} {g.chance.choice(['2', '-3', 'j', 'k'])})",
        lambda: f"len({e(g.chance.choice(_MEASURED))})",
        lambda: f"{e(INTS)}[{e(INT)}]",
        lambda: f"{e(INTS)}[{g.chance.choice(['0', '-1', '1'])}]",
        lambda: f"{e(Map(INT))}[{e(TEXT)}]",
        lambda: f"{e(Array(ORDER))}[{e(INT)}]['n']",
        lambda: f"sum({e(INTS)})",
        lambda: f"sum({c(INT)})",
        lambda: f"{g.chance.choice(['min', 'max'])}({e(INTS)})",
        lambda: f"{g.chance.choice(['min', 'max'])}({e(INTS)}, default={e(INT)})",
        lambda: f"{g.chance.choice(['min', 'max'])}({e(INT)}, {e(INT)})",
        lambda: f"{g.chance.choice(['min', 'max'])}({e(Array(ORDER))}, key=lambda q: q['n'])['n']",
        lambda: f"{e(Map(INT))}.get({e(TEXT)}, {e(INT)})",
        lambda: f"abs({e(INT)})",
        lambda: f"-{e(INT)}",
        lambda: f"({e(Optional(INT))} or {e(INT)})",
        lambda: f"(on + {e(INT)} if on is not None else {e(INT)})",
        lambda: f"(r['o'] if r['o'] is not None and r['o'] > {e(INT)} else {e(INT)})",
        lambda: f"({e(INT)} if orr is None or not orr['xs'] else orr['n'])",
        lambda: f"{e(TEXT)}.find('b')",
        lambda: f"{e(INTS)}.count({e(INT)})",
        lambda: f"sum({g.chance.choice(['d.values()', 'range(k)', 'range(j, 3)'])})",
        lambda: f"{e(PAIR)}[{g.chance.choice(['0', '-2'])}]",
    ]


def _text(g: Generator, _: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    return [
        lambda: f"({e(TEXT)} + {e(TEXT)})",
        lambda: f"str({e(g.chance.choice(_SHOWN))})",
        lambda: 'f"{' + e(g.chance.choice(_SHOWN)) + "}-{" + e(INT) + '}"' if depth < 1 else f"str({e(INT)})",
        lambda: f"{e(TEXT)}[{e(INT)}:{e(INT)}]",
        lambda: f"{e(TEXT)}[{g.chance.choice(['1:', ':2', '1:3', '-2:', ':-1', '3:1'])}]",
        lambda: f"{e(TEXT)}[{e(INT)}]",
        lambda: f"{e(TEXT)}.{g.chance.choice(['upper', 'lower'])}()",
        lambda: f"{e(TEXT)}.replace({g.chance.choice([chr(39) + ',' + chr(39), chr(39) + 'a' + chr(39)])}, {e(TEXT)})",
        lambda: f"{e(TEXT)}.{g.chance.choice(['removeprefix', 'removesuffix'])}({e(TEXT)})",
        lambda: f"','.join({e(TEXTS)})",
        lambda: f"{e(TEXT)}.join({g.comprehension(TEXT, depth, names, '  ')})",
        lambda: f"({e(Optional(TEXT))} or {e(TEXT)})",
        lambda: f"(a.o + {e(TEXT)} if a.o is not None else {e(TEXT)})",
        lambda: f"{e(TEXT)}.ljust(4)",
        lambda: f"{e(PAIR)}[1]",
    ]


def _bool(g: Generator, _: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    def two(*types: Type) -> str:
        chosen = g.chance.choice(types)
        return f"({e(chosen)} {g.chance.choice(['==', '!='])} {e(chosen)})"

    return [
        lambda: f"({e(INT)} {g.chance.choice(_COMPARE)} {e(INT)})",
        lambda: f"({e(FLOAT)} {g.chance.choice(_COMPARE)} {e(g.chance.choice(_NUMBERS))})",
        lambda: f"({e(INT)} < {e(INT)} <= {e(INT)})",
        lambda: f"({e(BOOL)} {g.chance.choice(['and', 'or'])} {e(BOOL)})",
        lambda: f"(not {e(g.chance.choice(_JUDGED))})",
        lambda: f"bool({e(g.chance.choice(_JUDGED))})",
        lambda: two(TEXT, INTS, Optional(INT), ORDER, LISTS, PAIR, Map(INT), BOOL, Optional(BOOL), Map(INTS)),
        lambda: f"({e(TEXT)} in {e(g.chance.choice(_HOLDERS))})",
        lambda: f"({e(INT)} {g.chance.choice(['in', 'not in'])} {e(INTS)})",
        lambda: f"({e(INTS)} in {e(LISTS)})",
        lambda: f"({e(Optional(INT))} in {e(INTS)})",
        lambda: f"({e(INT)} in (1, 2, {e(INT)}))",
        lambda: f"({g.chance.choice(['on', 'os', 'ol', 'orr', 'a.o'])} is {g.chance.choice(['', 'not '])}None)",
        lambda: f"(on is not None and on {g.chance.choice(_COMPARE)} {e(INT)})",
        lambda: f"(os is None or os.startswith({e(TEXT)}))",
        lambda: f"{e(TEXT)}.{g.chance.choice(['startswith', 'endswith'])}({e(TEXT)})",
        lambda: f"{g.chance.choice(['any', 'all'])}({g.comprehension(BOOL, depth, names, '  ')})",
        lambda: f"{g.chance.choice(['any', 'all'])}({g.comprehension(INT, depth, names)})",
    ]


def _float(g: Generator, _: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    return [
        lambda: f"({e(FLOAT)} {g.chance.choice('+-*/')} {e(FLOAT)})",
        lambda: f"({e(INT)} / {e(INT)})",
        lambda: f"-{e(FLOAT)}",
        lambda: f"abs({e(FLOAT)})",
        lambda: f"float({e(INT)})",
        lambda: f"(x + {e(INT)})",
    ]


def _array(g: Generator, type_: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    assert isinstance(type_, Array)
    item = type_.item

    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    forms = [
        lambda: f"[{e(item)}]",
        lambda: f"[{e(item)}, {e(item)}]",
        lambda: f"[*{e(type_)}, {e(item)}]",
        lambda: f"({e(type_)} + {e(type_)})",
        lambda: f"{e(type_)}[{e(INT)}:{e(INT)}]",
        lambda: f"{e(type_)}[{g.chance.choice(['1:', ':2', '1:3', '-2:', ':-1', '::-1'])}]",
        lambda: g.comprehension(item, depth, names),
        lambda: f"list(reversed({e(type_)}))",
        lambda: f"({e(type_)} or {e(type_)})",
    ]
    forms += [lambda: f"sorted({e(type_)})", lambda: f"{e(LISTS)}[{e(INT)}]"] if type_ == INTS else []
    forms += [lambda: f"sorted({e(type_)}, reverse=True)", lambda: "list(range(k))"] if type_ == INTS else []
    forms += [lambda: f"{e(TEXT)}.split(',')"] if type_ == TEXTS else []
    forms += [lambda: f"sorted({e(type_)}, key=lambda q: q['n'], reverse={e(BOOL)})"] if item == ORDER else []
    forms += [lambda: f"sorted({e(type_)}, key=lambda q: len(q[1]))"] if item == PAIR else []
    forms += (
        [lambda: f"list(enumerate({e(TEXTS)}))", lambda: f"list(zip({e(INTS)}, {e(TEXTS)}))"] if item == PAIR else []
    )
    return forms


def _other(g: Generator, type_: Type, depth: int, names: Mapping[str, Type]) -> list[Form]:
    def e(other: Type) -> str:
        return g.expression(other, depth, names)

    if isinstance(type_, Optional):
        forms = [lambda: f"{e(Map(type_.of))}.get({e(TEXT)})", lambda: e(type_.of)]
        return [*forms, lambda: f"({e(type_)} and {e(type_)})"]
    if isinstance(type_, Tuple):
        return [lambda: f"({', '.join(e(item) for item in type_.items)})"]
    if isinstance(type_, Object):
        shown = [lambda: "{" + ", ".join(f"'{key}': {e(inside)}" for key, inside in type_.fields) + "}"]
        return [*shown, lambda: f"{{**{e(type_)}, 'n': {e(INT)}}}"]
    assert isinstance(type_, Map)
    inside = type_.value
    return [
        lambda: f"{{**{e(type_)}, {e(TEXT)}: {e(inside)}}}",
        lambda: f"({e(type_)} | {e(type_)})",
        lambda: f"{{'a': {e(inside)}, 'b': {e(inside)}}}",
        lambda: f"{{w: {g.expression(inside, depth - 1, {**names, 'w': TEXT})} for w in {e(TEXTS)}}}",
        lambda: (
            f"{{w: q for w, q in {e(type_)}.items()"
            f" if {g.expression(BOOL, depth - 1, {**names, 'w': TEXT, 'q': inside})}}}"
        ),
    ]


_FORMS: Mapping[type, Callable[[Generator, Type, int, Mapping[str, Type]], list[Form]]] = {
    Int: _int,
    Text: _text,
    Bool: _bool,
    Float: _float,
    Array: _array,
    Optional: _other,
    Tuple: _other,
    Object: _other,
    Map: _other,
}
