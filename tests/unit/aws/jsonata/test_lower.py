"""What the lowering gives and refuses, in words; it never crashes, whatever it is given."""

import ast
import asyncio
import dataclasses
import json
import sys
import textwrap
import timeit
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.jsonata import Lowered, Name, Outlined, lower
from portable_faas_aws.jsonata.code import Variable, free_variables
from portable_faas_aws.jsonata.printing import text
from portable_faas_aws.jsonata.types import (
    Array,
    Bool,
    Float,
    Int,
    Map,
    Nothing,
    Null,
    Object,
    Opaque,
    Optional,
    Record,
    Text,
    Tuple,
    Type,
    describe,
    size,
)

from tests.unit.aws.jsonata.cases import Case, failures, lowered, names_of, parsed
from tests.unit.aws.jsonata.engines import Engine

TYPES: dict[str, Type] = {
    "big": Text(),
    "many": Array(Int()),
    "maybe": Optional(Text()),
    "any": Opaque(),
    "n": Int(0, 9),
    "s": Text(20),
    "few": Array(Int(0, 9), 5),
    "on": Optional(Int(0, 9)),
    "row": Object((("to", Text(10)), ("n", Optional(Int(0, 9))))),
    "thing": Record((("n", Int(0, 9)),)),
}


def shown(source: str) -> str:
    """The JSONata, with its guard, or the reason."""
    found = lower(parsed(source), {name: Name(Variable(name), type) for name, type in TYPES.items()})
    if isinstance(found, Outlined):
        return f"outlined: {found.reason}"
    return found.text if found.guard is None else f"{found.text} if {text(found.guard)}"


MOVED = {
    "big": "$big",
    "[big, n]": "[$big, $n]",
    "[many]": '$type($many) = "array" ? [[$many]] : [$many]',
    "{'a': big, 'b': [any]}": '{"a": $big, "b": $type($any) = "array" ? [[$any]] : [$any]}',
    "(big, any)[0]": '($append([$big], $type($any) = "array" ? [[$any]] : [$any]))[0]',
    "{'a': big}['a']": '({"a": $big}).a',
    "maybe is None": "$maybe = null",
    "big if maybe is None else maybe": "$maybe = null ? $big : $maybe",
    "s + 'x'": '$s & "x"',
    "n + 1": "$n + 1",
    "on is not None and on < 3": "$on != null ? $on < 3 : false",
    "on + 1 if on else 0": "($on != null ? $on != 0 : false) ? $on + 1 : 0",
    "row['n'] * 2 if row['n'] is not None else 0": "$row.n != null ? $row.n * 2 : 0",
    "thing.n": "$thing.n",
    "few[0]": "$few[0] if 0 < $count($few)",
    "sum(few) + len(few)": "$sum($few) + $count($few)",
}


@pytest.mark.parametrize("source", MOVED)
def test_what_is_given(source: str) -> None:
    assert shown(source) == MOVED[source]


REASONS = {
    "big + 'a'": "`big` is a str and may be large, so it is passed on but not looked into",
    "len(many)": "`many` is a list[int] and may be large, so it is passed on but not looked into",
    "any['a']": "`any` is an opaque value, so it is passed on but not looked into",
    "any == 1": "`any` is an opaque value, so it is passed on but not looked into",
    "maybe + 'a'": "`maybe` may be None here; test `is not None` first",
    "on + 1": "`on` may be None here; test `is not None` first",
    "unknown": "`unknown` is not a variable whose type is known here",
    "f(n)": "`f` is not in the table of calls that have an equal",
    "s.strip()": "`strip` is not in the table of calls that have an equal",
    "s < 'a'": "JSONata orders texts by UTF-16 units, Python by code points",
    "{1, 2}": "a set has no equal in JSONata",
    "(yield)": "a yield has no equal in JSONata",
    "lambda: 1": "a function has no equal in JSONata",
    "[n := 1]": "an assignment inside an expression has no equal in JSONata",
    "n ** 2": "the operator of `n ** 2` has no exact equal",
    "1.5 // 2": "`1.5 // 2` rounds a float, which differs in the last digit",
    "n is True": "`is` is the identity of an object; only `is None` has an equal",
    "thing.m": "`thing.m` is not a declared field of an object",
    "bool(thing)": "what the truth of `thing` is, an object decides by itself",
    "row['m']": "`'m'` is not one of the known keys of `row`",
    "1 if s else 1.5": "`1 if s else 1.5` mixes int and float, and JSON does not tell 1.0 from 1",
    "b'a'": "`b'a'` is not a value of JSON",
    "...": "`...` is not a value of JSON",
}


@pytest.mark.parametrize("source", REASONS)
def test_why_it_stays_python(source: str) -> None:
    assert shown(source) == f"outlined: {REASONS[source]}"


def test_what_is_told_is_in_the_expression() -> None:
    source = parsed("[s, s.strip()]")
    found = lower(source, {"s": Name(Variable("s"), Text(5))})
    assert isinstance(found, Outlined)
    assert found.node in ast.walk(source)
    assert ast.unparse(found.node) == "s.strip()"


def test_the_type_is_the_programs_own() -> None:
    found = lower(parsed("{'a': big, 'b': [many]}"), {name: Name(Variable(name), type) for name, type in TYPES.items()})
    assert isinstance(found, Lowered)
    assert found.type == Object((("a", Text()), ("b", Array(Array(Int()), 1))))


HELD = {"$pf": ["s3", "key"]}


@pytest.mark.parametrize("source", ["[many]", "[1, many]", "[big]", "{'a': many}", "[maybe, 1]", "[*[many], many]"])
def test_a_pointer_is_moved_like_its_value(engine: Engine, source: str) -> None:
    types = {name: TYPES[name] for name in ("big", "many", "maybe")}
    found = lowered(source, types, inline=False)
    assert isinstance(found, Lowered)
    for value in ([], [1], [[2]]):
        inputs: dict[str, Any] = {"big": "x" * 9, "many": value, "maybe": None}
        plain = Opaque()
        assert failures(engine, [Case(source, Lowered(found.code, plain), inputs)]) == []
    held = engine.evaluate([(found.text, {"big_": HELD, "many_": HELD, "maybe_": HELD})])[0].value
    assert held == json.loads(json.dumps(eval(source, dict.fromkeys(types, HELD))))


def test_names_are_never_caught() -> None:
    names = {"xs": Name(Variable("v1"), Array(Array(Int())), inline=True), "n": Name(Variable("v2"), Int())}
    found = lower(parsed("[[n, *x] for x in xs]"), names)
    assert isinstance(found, Lowered)
    assert found.text == "[$map($v1, function($v3){$append([$v2], $v3)})[]]"
    assert free_variables(found.code) == {"v1", "v2"}


MODULES = [asyncio.base_events, asyncio.streams, ast, dataclasses, json.decoder, textwrap]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_any_expression_is_answered(module: object) -> None:
    tree = ast.parse(Path(str(getattr(module, "__file__", ""))).read_text("utf-8"))
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    used = sorted({node.id for node in expressions if isinstance(node, ast.Name)})
    kinds: list[Type] = [*TYPES.values(), Bool(), Null(), Float(), Nothing(), Tuple((Int(),)), Map(Text(3), 2, 3)]
    for shift in range(4):
        types = {name: kinds[(place * 7 + shift) % len(kinds)] for place, name in enumerate(used)}
        for inline in (True, False):
            names = names_of(types, inline)
            for node in expressions:
                found = lower(node, names)
                assert found.reason if isinstance(found, Outlined) else found.text


@pytest.mark.parametrize("operator", ["+", "and", "if n else", "<"])
def test_depth_and_length_are_bounded(operator: str) -> None:
    assert "outlined: it" in shown(f" {operator} ".join(["n"] * 900))


def test_a_call_with_little_stack_left_is_answered() -> None:
    node, names = parsed("[[[[[[[[n + n * n]]]]]]]]"), {"n": Name(Variable("n"), Int(0, 9))}

    def deeper(levels: int) -> set[str]:
        if levels:
            return deeper(levels - 1)
        found = lower(node, names)
        return {found.reason if isinstance(found, Outlined) else "lowered"}

    answers: set[str] = set()
    for levels in range(sys.getrecursionlimit() - 400, sys.getrecursionlimit()):
        try:
            answers |= deeper(levels)
        except RecursionError:  # where the stack does not reach for the call itself
            break
    assert answers >= {"lowered", "it is nested too deeply"}


def test_size_is_a_bound() -> None:
    assert size(Int(0, 9)) == 3
    assert size(Text(3)) == 38
    assert size(Array(Bool(), 2)) == 16
    assert size(Object((("a", Null()),))) == 24
    assert size(Array(Text(), 0)) == size(Tuple(())) == 2
    for unbounded in (Text(), Array(Int()), Map(Int()), Opaque(), Tuple((Text(),)), Optional(Text()), Map(Int(), 2)):
        assert size(unbounded) is None


def test_describe_is_an_annotation() -> None:
    assert describe(Optional(Array(Tuple((Int(), Map(Float())))))) == "list[tuple[int, dict[str, float]]] | None"


@pytest.mark.parametrize("source", ["n + 1", "on is not None and on < 3", "row['to'] + s", "{'a': big, 'n': n}"])
def test_it_is_fast(source: str) -> None:
    node, names = parsed(source), {name: Name(Variable(name), type) for name, type in TYPES.items()}
    assert min(timeit.repeat(lambda: lower(node, names), number=50, repeat=10)) / 50 < 0.001
