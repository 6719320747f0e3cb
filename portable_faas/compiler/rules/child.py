"""PF047: a sub-orchestration that gets anything but its one input.

await follow_up(ctx, order)      ->      await follow_up(order)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.errors import Diagnostic

_OPTIONS: Final = ("instance_id", "if_exists")  # of `start`


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every call or start of an orchestrator with the context, several inputs, or an input by name."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.Call) and (called := _called(facts, node)) is not None:
            yield from _given(facts, node, called)


def _called(facts: Facts, node: ast.Call) -> tuple[ast.expr, tuple[str, ...]] | None:
    """The orchestrator that a call runs or starts, and the options that it may get."""
    if facts.kind(node.func).tag == "orchestrator":
        return node.func, ()
    match node.func:
        case ast.Attribute(value=of, attr="start") if facts.kind(of).tag == "orchestrator":
            return of, _OPTIONS
        case _:
            return None


def _given(facts: Facts, node: ast.Call, called: tuple[ast.expr, tuple[str, ...]]) -> Iterator[Diagnostic]:
    name, options = facts.quote(called[0]), called[1]
    named = next((each for each in node.keywords if each.arg is not None and each.arg not in options), None)
    if node.args and facts.kind(node.args[0]).tag == "context":
        problem = f"`{name}` is an orchestrator and gets a context of its own"
        yield facts.report(node.args[0], "PF047", problem, "give it its input alone, or make it an async helper")
    elif len(node.args) > 1 and not any(isinstance(each, ast.Starred) for each in node.args):
        problem = f"`{name}` is an orchestrator and takes one input, not {len(node.args)}"
        yield facts.report(node.args[1], "PF047", problem, "put several inputs in a dataclass")
    elif named is not None:
        problem = f"`{name}` is an orchestrator and takes no `{named.arg}`"
        remedy = f"write `{name}.using(instance_id=...)(...)`" if named.arg in _OPTIONS else "give the input by place"
        yield facts.report(named.value, "PF047", problem, remedy)
