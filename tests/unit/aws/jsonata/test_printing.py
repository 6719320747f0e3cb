"""What is printed is read back as the same tree, and substitution means what binding a variable means."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from portable_faas_aws.jsonata.code import (
    Binary,
    Block,
    Call,
    Code,
    Conditional,
    Function,
    Index,
    List,
    Literal,
    Path,
    Range,
    Record,
    Sequence,
    Variable,
    Whole,
    call,
    free_variables,
    rebuilt,
    substitute,
)
from portable_faas_aws.jsonata.port import Jsonata
from portable_faas_aws.jsonata.printing import quote, text

from tests.unit.aws.jsonata.engines import Engine

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.one_of(st.integers(-5, 20), st.sampled_from([0.5, -2.5, 1e-7, 1e150]))
LITERALS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(st.sampled_from('a"\\%{}\n\té'), max_size=4))
KEYS = st.sampled_from(["k", "and", "true", "a b", "é", "x%y"])
OPERATORS = st.sampled_from(["or", "and", "=", "!=", "<", ">=", "in", "+", "-", "&", "*", "/", "%"])


def _larger(inner: st.SearchStrategy[Code]) -> st.SearchStrategy[Code]:
    many = st.lists(inner, max_size=3).map(tuple)
    variable = st.builds(Variable, NAMES)
    applied = st.builds(lambda argument: call("f", argument), inner)
    return st.one_of(
        st.builds(Binary, OPERATORS, inner, inner),
        st.builds(Conditional, inner, inner, inner),
        st.builds(Path, inner, KEYS),
        st.builds(Index, st.one_of(variable, inner), inner),
        st.builds(Call, st.just("f"), many),
        st.builds(Function, st.lists(NAMES, max_size=2, unique=True).map(tuple), inner),
        st.builds(List, many),
        st.builds(lambda one, other: List((Whole(one), other)), inner, inner),
        st.builds(Sequence, applied),
        st.builds(Range, inner, inner),
        st.builds(Record, st.lists(st.tuples(st.text(max_size=2).map(Literal), inner), max_size=2).map(tuple)),
        st.builds(Block, st.lists(st.tuples(NAMES, inner), min_size=1, max_size=2).map(tuple), inner),
    )


TREES: st.SearchStrategy[Code] = st.recursive(
    st.one_of(st.builds(Literal, LITERALS), st.builds(Variable, NAMES)), _larger, max_leaves=12
)


def plain(code: Code) -> Code:
    """The tree as the text has it: a `Whole` is a pair of brackets, or none around brackets."""
    code = rebuilt(code, plain)
    if isinstance(code, Whole):
        return code.value if isinstance(code.value, List | Sequence | Range) else List((code.value,))
    return code


def tree_of(source: str) -> Any:
    return Jsonata(source).ast


def read(node: Any) -> Code:
    """The tree of the parser as ours."""
    found = _read(node)
    for each in node.predicate or [] if node.type != "path" else []:
        found = Index(found, read(each.expr))
    if getattr(node, "keep_array", False):
        found = Sequence(found)
    return found


def _read(node: Any) -> Code:
    match node.type:
        case "value" | "string" | "number":
            return Literal(node.value)
        case "variable":
            return Variable(node.value)
        case "binary":
            return Binary(node.value, read(node.lhs), read(node.rhs))
        case "condition":
            return Conditional(read(node.condition), read(node.then), read(node._else))
        case "function":
            return Call(node.procedure.value, tuple(map(read, node.arguments)))
        case "lambda" if getattr(node, "thunk", False):  # how the parser marks a call in tail position
            return read(node.body)
        case "lambda":
            return Function(tuple(each.value for each in node.arguments), read(node.body))
        case "path":
            found = read(node.steps[0])
            for step in node.steps[1:]:
                found = Path(found, step.value)
            return found
    return _read_brackets(node)


def _read_brackets(node: Any) -> Code:
    if node.type == "block":
        *bound, result = node.expressions
        return Block(tuple((each.lhs.value, read(each.rhs)) for each in bound), read(result)) if bound else read(result)
    assert node.type == "unary"
    if node.value == "{":
        return Record(tuple((read(key), read(value)) for key, value in node.lhs_object))
    items = node.expressions
    if len(items) == 1 and getattr(items[0], "value", None) == ".." and items[0].type == "binary":
        return Range(read(items[0].lhs), read(items[0].rhs))
    inner = tuple(map(read, items))
    # `[$f()[]]` is one pair of brackets around what keeps its array; `[[$f()[]]]` is a list of that
    return inner[0] if len(inner) == 1 and getattr(items[0], "keep_array", False) else List(inner)


@given(TREES)
@example(List((Sequence(call("f", call("f"))),)))
@example(List((List((Sequence(call("f")), Sequence(call("f")))),)))
def test_a_tree_is_read_back_as_itself(tree: Code) -> None:
    assert read(tree_of(text(tree))) == plain(tree)


@given(st.text())
def test_a_string_keeps_its_value(value: str) -> None:
    assert "%}" not in quote(value)
    assert "{%" not in quote(value)
    assert tree_of(quote(value)).value == value


STRINGS = ['"', "\\", '\\"', "'", "%}", "{%", "{{%%}}", "é😀\u2028", "\x00\x1f\x7f\n", "$a /* */ ?:", "\\u0041", ""]


@pytest.mark.parametrize("value", STRINGS)
def test_a_string_keeps_its_value_on_every_engine(engine: Engine, value: str) -> None:
    assert engine.evaluate([(text(List((Literal(value),))), {})])[0].value == [value]


def _numbers(inner: st.SearchStrategy[Code]) -> st.SearchStrategy[Code]:
    """Trees of numbers whose local variables often have the names of outer ones."""
    mapped = st.builds(
        lambda name, body, one: call("sum", Sequence(call("map", List((one, one)), Function((name,), body)))),
        NAMES,
        inner,
        inner,
    )
    two = st.builds(
        lambda names, body, one: call("reduce", List((one, Literal(1))), Function(names, body)),
        st.sampled_from([("a", "b"), ("b", "c"), ("c", "a")]),
        inner,
        inner,
    )
    block = st.builds(Block, st.lists(st.tuples(NAMES, inner), min_size=1, max_size=3).map(tuple), inner)
    added = st.builds(Binary, st.sampled_from(["+", "-"]), inner, inner)
    return st.one_of(added, block, mapped, two)


SUMS: st.SearchStrategy[Code] = st.recursive(
    st.one_of(st.builds(Literal, st.integers(0, 3)), st.builds(Variable, NAMES)), _numbers, max_leaves=10
)
OUTER = {"a": 1, "b": 10, "c": 100}


def value_of(engine: Engine, code: Code, variables: dict[str, Any]) -> Any:
    answer = engine.evaluate([(text(code), variables)])[0]
    assert answer.problem is None, (text(code), answer)
    return answer.value


@given(SUMS, st.dictionaries(NAMES, SUMS, min_size=1))
def test_substitution_is_binding(node_engine: Engine, code: Code, values: dict[str, Code]) -> None:
    bound = {name: value_of(node_engine, value, OUTER) for name, value in values.items()}
    done = substitute(code, values)
    assert value_of(node_engine, done, OUTER) == value_of(node_engine, code, {**OUTER, **bound})
    free = free_variables(code)
    assert free_variables(done) <= (free - values.keys()).union(*(free_variables(each) for each in values.values()))


def test_a_local_variable_does_not_catch_what_is_put_in() -> None:
    code = Function(("v",), Binary("+", Variable("v"), Variable("x")))
    assert text(substitute(code, {"x": Variable("v")})) == "function($v_2){$v_2 + $v}"
    block = Block((("v", Variable("x")),), Binary("+", Variable("v"), Variable("x")))
    assert text(substitute(block, {"x": Variable("v")})) == "($v_2 := $v; $v_2 + $v)"


def test_a_list_put_into_a_list_stays_one_element() -> None:
    outer = List((Whole(Variable("x")), Literal(1)))
    assert text(outer) == "[[$x], 1]"
    assert text(substitute(outer, {"x": List((Literal(2),))})) == "[[2], 1]"
    assert (
        text(substitute(outer, {"x": Block((("t", Literal(2)),), List((Variable("t"),)))})) == "[[($t := 2; [$t])], 1]"
    )
