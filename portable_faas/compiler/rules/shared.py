"""PF013: an orchestrator changes a variable of the module or of a class, which other instances and replays share.

done.append(order)      # done = [] at the top of the file      ->      a local list, returned at the end
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.mutation import METHODS, mutations
from portable_faas.compiler.names import External, Klass, Meaning, Value
from portable_faas.errors import Diagnostic

_REMEDY: Final = "keep it in a local variable and pass or return it, or store it in an activity"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every assignment to a global name and every change in place of a module's value."""
    scope = facts.function.scope
    for node in facts.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)) and node.id in scope.globals:
            problem = f"`{node.id}` is a global variable, and an orchestrator may not change it"
            yield facts.report(node, "PF013", problem, _REMEDY)
    for each in mutations(facts):
        if each.root in scope.inner:
            continue
        if _is_shared(facts, each.node, facts.program.meaning(facts.function, each.root)):
            problem = f"`{facts.quote(each.node)}` changes `{each.root.id}`, which belongs to the module"
            yield facts.report(each.node, "PF013", problem, _REMEDY)


def _is_shared(facts: Facts, node: ast.AST, meaning: Meaning) -> bool:
    match meaning:
        case Value(context=context):
            return isinstance(context.node, ast.Module)
        case Klass():
            return not isinstance(node, ast.Call)
        case External(known=known):
            method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
            return known and not method
        case _:
            return False
