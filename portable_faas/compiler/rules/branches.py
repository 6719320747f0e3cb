"""PF025: a gathered or mapped helper changes its caller's values; side by side, each branch has its own copy.

async def fill(ctx, order): order.total = await price(order)      ->      return the price, and set it after the gather
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts, path_of
from portable_faas.compiler.gathering import Branch, branches
from portable_faas.compiler.mutation import effects
from portable_faas.compiler.tree import walk
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every gathered call that hands over a value which the helper changes, and what nested helpers change."""
    if facts.role == SYNC:
        return
    for branch in branches(facts):
        done = effects(facts, branch.function)
        for parameter, argument in branch.arguments:
            if parameter in done.changed and _is_held(facts, argument, branch.node):
                yield _report(facts, argument, branch, parameter)
        if branch.each and branch.each[0] in done.changed and _is_read_later(facts, branch.each[1], branch.node):
            yield _report(facts, branch.each[1], branch, branch.each[0])
        if branch.function.owner is facts.function:
            yield from _captured(facts, branch)


def _report(facts: Facts, node: ast.expr, branch: Branch, parameter: str) -> Diagnostic:
    name = branch.function.name
    problem = f"`{name}` changes its `{parameter}`, here `{facts.quote(node)}`, while other branches run"
    return facts.report(node, "PF025", problem, f"return the new value from `{name}` and use it after the gather")


def _captured(facts: Facts, branch: Branch) -> Iterator[Diagnostic]:
    """What a nested helper changes of the function around it."""
    name = branch.function.name
    remedy = f"return the value from `{name}` and combine the results after the gather"
    for each in effects(facts, branch.function).captured:
        if each.root.id in facts.function.scope.bindings:
            problem = f"`{facts.quote(each.node)}` changes `{each.root.id}` of the caller while other branches run"
            yield facts.report(each.node, "PF025", problem, remedy)
    for variable, node in branch.function.scope.nonlocals.items():
        problem = f"`nonlocal {variable}` in `{name}` changes a variable of the caller while other branches run"
        yield facts.report(node, "PF025", problem, remedy)


def _is_held(facts: Facts, argument: ast.expr, call: ast.Call) -> bool:
    """Whether the caller keeps what it hands over: a name or field, or an element of something read later."""
    found = path_of(argument)
    if found is None or facts.kind(argument).immutable:
        return False
    root = found[0]
    if root not in facts.function.scope.inner:
        return True
    for around in facts.around(argument):
        if isinstance(around, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            for generator in around.generators:
                if any(isinstance(each, ast.Name) and each.id == root.id for each in walk(generator.target)):
                    return _is_read_later(facts, generator.iter, call)
    return True


def _is_read_later(facts: Facts, iterated: ast.expr, call: ast.Call) -> bool:
    found = path_of(iterated)
    index = facts.flow.of_node.get(id(call))
    if found is None or index is None:
        return False
    awaits = [place for place in facts.flow.awaits if place in facts.flow.reachable(index)]
    return any(facts.flow.is_live(found[0].id, place) for place in awaits)
