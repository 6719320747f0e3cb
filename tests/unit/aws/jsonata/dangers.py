"""For each guard of the lowering an expression that it keeps from a wrong answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portable_faas_aws.jsonata import Lowered, Name, lower
from portable_faas_aws.jsonata.code import Variable
from portable_faas_aws.jsonata.guards import Guard
from portable_faas_aws.jsonata.types import (
    MAX_INT,
    Array,
    Bool,
    Float,
    Int,
    Map,
    Object,
    Opaque,
    Optional,
    Text,
    Tuple,
    Type,
)

from tests.unit.aws.jsonata.cases import Case, names_of, parsed

INT: Final = Int()
INTS: Final = Array(INT)
ROW: Final = Object((("n", INT), ("i", INT)))
ROWS: Final = [{"n": n, "i": i} for i, n in enumerate([2, 1, 2, 1])]
EMOJI, LATER = "\U0001f600", "\uffee"


@dataclass(frozen=True)
class Danger:
    """An expression and inputs on which it goes wrong without its guard."""

    source: str
    types: Mapping[str, Type] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    held: Mapping[str, Any] | None = None
    names: Mapping[str, Name] | None = None

    def cases(self) -> list[Case]:
        """The case; none while the expression is outlined."""
        found = lower(parsed(self.source), names_of(self.types) if self.names is None else self.names)
        return [Case(self.source, found, self.inputs, self.held)] if isinstance(found, Lowered) else []


DANGERS: Final[dict[Guard, list[Danger]]] = {
    Guard.OVERFLOW: [Danger("i * i", {"i": INT}, {"i": 94906267})],
    Guard.SUM_OVERFLOW: [Danger("sum(xs)", {"xs": INTS}, {"xs": [MAX_INT, 1]})],
    Guard.INT_LITERAL: [Danger("9007199254740993")],
    Guard.FLOAT_OVERFLOW: [Danger("x * x", {"x": Float()}, {"x": 1e300})],
    Guard.ZERO_DIVISOR: [
        Danger("i // j", {"i": INT, "j": INT}, {"i": 1, "j": 0}),
        Danger("x / y", {"x": Float(), "y": Float()}, {"x": 1.0, "y": 0.0}),
    ],
    Guard.MODULO_SIGN: [Danger("i % 3", {"i": INT}, {"i": -7})],
    Guard.NEGATIVE_ZERO: [Danger("-i", {"i": INT}, {"i": 0})],
    Guard.STRING_OF_INT: [Danger("str(i)", {"i": INT}, {"i": MAX_INT})],
    Guard.INT_OR_FLOAT: [Danger("1 if b else x", {"b": Bool(), "x": Float()}, {"b": False, "x": 2.0})],
    Guard.BOOL_ARITHMETIC: [Danger("b + 1", {"b": Bool()}, {"b": True})],
    Guard.TEXT_ORDER: [Danger("s < t", {"s": Text(), "t": Text()}, {"s": EMOJI, "t": LATER})],
    Guard.SAME_KIND: [Danger("b == i", {"b": Bool(), "i": INT}, {"b": True, "i": 1})],
    Guard.TUPLE_IS_NOT_LIST: [Danger("p == xs", {"p": Tuple((INT, INT)), "xs": INTS}, {"p": (1, 2), "xs": [1, 2]})],
    Guard.SHALLOW_IN: [Danger("xs in ys", {"xs": INTS, "ys": Array(INTS)}, {"xs": [1], "ys": [[1]]})],
    Guard.OPTIONAL: [
        Danger("on < 3", {"on": Optional(INT)}, {"on": None}),
        Danger("abs(on)", {"on": Optional(INT)}, {"on": None}),
    ],
    Guard.NARROWING: [Danger("1 if on is not None else on < 2", {"on": Optional(INT)}, {"on": None})],
    Guard.SHADOWING: [
        Danger(
            "[x < 1 for x in xs] if x is not None else []",
            {"x": Optional(INT), "xs": Array(Optional(INT))},
            {"x": 1, "xs": [None]},
        )
    ],
    Guard.OPAQUE: [
        Danger(
            "s == 'abc'",
            inputs={"s": "abc"},
            held={"s": {"$pf": ["s3", "key"]}},
            names={"s": Name(Variable("s"), Text())},
        )
    ],
    Guard.TRUTH: [Danger("not xs", {"xs": INTS}, {"xs": [0]})],
    Guard.OPERAND: [Danger("s or t", {"s": Text(), "t": Text()}, {"s": "", "t": "d"})],
    Guard.PARTIAL_OPERAND: [Danger("on is not None and on + 1 > 0", {"on": Optional(INT)}, {"on": None})],
    Guard.PARTIAL_BODY: [
        Danger("[x * x for x in xs]", {"xs": INTS}, {"xs": [94906267]}),
        Danger("sorted(xs, key=lambda x: 1 // x)", {"xs": INTS}, {"xs": [0, 1]}),
    ],
    Guard.SEQUENCE: [Danger("[x for x in xs if x]", {"xs": INTS}, {"xs": [1]})],
    Guard.SPLICE: [Danger("[xs, [1]]", {"xs": INTS}, {"xs": [1, 2]})],
    Guard.MAYBE_LIST: [Danger("[xs, 1]", {"xs": Optional(INTS)}, {"xs": [1, 2]})],
    Guard.INDEX_RANGE: [Danger("xs[0]", {"xs": INTS}, {"xs": []})],
    Guard.PLAIN_INDEX: [
        Danger(
            "[[] for v in [xs]][{w: q for w, q in d.items() if c}.get('k', 'a'.find('b'))]",
            {"xs": INTS, "d": Map(INT), "c": Bool()},
            {"xs": [1, 2], "d": {"10": 0, "b": 3}, "c": False},
        )
    ],
    Guard.SLICE_CLAMP: [Danger("s[1:-1]", {"s": Text()}, {"s": "abcd"})],
    Guard.SLICE_STEP: [Danger("xs[::2]", {"xs": INTS}, {"xs": [1, 2, 3]})],
    Guard.MISSING_KEY: [Danger("d[s]", {"d": Map(INT), "s": Text()}, {"d": {}, "s": "k"})],
    Guard.KEY_ORDER: [
        Danger("[k for k in d]", {"d": Map(INT)}, {"d": {"b": 1, "10": 2}}),
        Danger("{s: v for k, v in d.items()}", {"d": Map(INT), "s": Text()}, {"d": {"b": 1, "10": 2}, "s": "k"}),
    ],
    Guard.PROTO_KEY: [
        Danger("{s: 1}", {"s": Text()}, {"s": "__proto__"}),
        Danger("{'__proto__': 1}"),
        Danger("{**d}", {"d": Map(INT)}, {"d": {"__proto__": 1}}),
    ],
    Guard.DUPLICATE_KEY: [Danger("{'a': 1, 'a': 2}")],
    Guard.KEY_TYPE: [Danger("{i: 1}", {"i": INT}, {"i": 1})],
    Guard.TAKES: [Danger("len(d)", {"d": Map(INT)}, {"d": {"a": 1}})],
    Guard.EMPTY: [
        Danger("max(xs)", {"xs": INTS}, {"xs": []}),
        Danger("max(xs, key=lambda x: x)", {"xs": INTS}, {"xs": []}),
    ],
    Guard.SORT_STABLE: [Danger("sorted(xs, key=lambda o: o['n'])", {"xs": Array(ROW)}, {"xs": ROWS})],
    Guard.SORT_KEY: [Danger("sorted(xs, key=lambda s: s)", {"xs": Array(Text())}, {"xs": [EMOJI, LATER]})],
    Guard.ASCII_CASE: [Danger("s.lower()", {"s": Text()}, {"s": "ΑΣ"})],
    Guard.EMPTY_PATTERN: [Danger("s.split('')", {"s": Text()}, {"s": "ab"})],
    Guard.PREFIX_SCOPE: [Danger("s.startswith(t)", {"s": Text(), "t": Text()}, {"s": "ab", "t": "b"})],
    Guard.CODE_POINTS: [Danger("'\\ud800'")],
    Guard.RANGE_SIZE: [Danger("len(list(range(i)))", {"i": INT}, {"i": 10_000_001})],
    Guard.INDEX_AFTER_FILTER: [Danger("[i for i, x in enumerate(xs) if x]", {"xs": INTS}, {"xs": [0, 1]})],
    Guard.STRICT_ZIP: [Danger("[i for i, j in zip(xs, ys)]", {"xs": INTS, "ys": INTS}, {"xs": [1, 2], "ys": [3]})],
    Guard.FLOAT_TEXT: [Danger("str(x)", {"x": Float()}, {"x": 1.0})],
    Guard.TEXT_OF_NONE: [Danger("f'{on}'", {"on": Optional(INT)}, {"on": None})],
    Guard.FORMAT: [Danger("f'{i:05d}'", {"i": INT}, {"i": 7})],
    Guard.RESERVED: [
        Danger(
            "len(xs)",
            inputs={"xs": [1, 2]},
            held={"count": [1, 2]},
            names={"xs": Name(Variable("count"), INTS, inline=True)},
        )
    ],
    Guard.HIDDEN_BUILTIN: [Danger("len('abc')", {"len": Opaque()}, {"len": lambda _: 7}, held={"len_": None})],
}
