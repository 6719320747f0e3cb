"""PF014: identity of a value that crossed an await; it may be a copy afterwards.

if found is wanted:      ->      if found == wanted:
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts, path_of
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every `is` between values of which one is from before an await."""
    if facts.role == SYNC or not facts.flow.awaits:
        return
    for node in facts.nodes:
        if isinstance(node, ast.Compare):
            yield from _compared(facts, node)


def _compared(facts: Facts, node: ast.Compare) -> Iterator[Diagnostic]:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        two = isinstance(operator, (ast.Is, ast.IsNot)) and not (_is_single(facts, left) or _is_single(facts, right))
        if two and (_crossed(facts, left) or _crossed(facts, right)):
            sign, other = ("is", "==") if isinstance(operator, ast.Is) else ("is not", "!=")
            words = f"{facts.quote(left)} {sign} {facts.quote(right)}"
            problem = f"`{words}` compares identity across an await"
            remedy = f"write `{facts.quote(left)} {other} {facts.quote(right)}`"
            yield facts.report(node, "PF014", problem, remedy)
        left = right


def _is_single(facts: Facts, node: ast.expr) -> bool:
    """None, True, a class, a member of an enum: there is one of each everywhere."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, bool) or node.value is Ellipsis
    kind = facts.kind(node)
    if kind.tag in ("enum", "class", "bool", "none", "activity", "local"):
        return True
    return isinstance(node, ast.Call) and facts.dotted(node.func) == "type"


def _crossed(facts: Facts, node: ast.expr) -> bool:
    found = path_of(node)
    if found is None:
        return False
    index = facts.flow.of_node.get(id(found[0]))
    if index is None:
        return False
    return bool(facts.flow.crossed[index] & facts.flow.bits.get(facts.flow.ops[index].name, 0))
