"""Each entry of the table of calls, made from the entry itself: the call in Python against its JSONata."""

import ast
import random

import pytest
from portable_faas_aws.jsonata.calls import ENTRIES
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.table import Entry, reference

from tests.unit.aws.jsonata.cases import Case, failures, lowered
from tests.unit.aws.jsonata.engines import Engine
from tests.unit.aws.jsonata.values import value


def source_of(entry: Entry) -> str:
    """The call, with a constant where the entry asks for one."""
    constants = {name: kind.constant for name, kind in entry.takes.items() if kind.constant is not None}

    class Filled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Constant(constants[node.id]) if node.id in constants else node

    return ast.unparse(Filled().visit(ast.parse(entry.python, mode="eval")))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.python} {next(iter(entry.takes.values())).name}")
def test_an_entry_gives_what_python_gives(engine: Engine, entry: Entry) -> None:
    types = {name: kind.sample for name, kind in entry.takes.items() if kind.constant is None}
    source, chance = source_of(entry), random.Random(7)
    found = lowered(source, types)
    assert isinstance(found, Lowered)
    inputs = [{name: value(chance, type) for name, type in types.items()} for _ in range(60)]
    assert failures(engine, [Case(source, found, each) for each in inputs]) == []


def test_the_reference_has_a_line_for_each_entry() -> None:
    lines = reference(ENTRIES).splitlines()
    assert len(lines) == len(ENTRIES) + 2
    assert "| `s.startswith(p)` | `s`: str, `p`: str | `$substring($s, 0, $length($p)) = $p` | always |" in lines
    assert any("`d.get(k)`" in line and "`$k in $keys($d) ? $lookup($d, $k) : null`" in line for line in lines)
