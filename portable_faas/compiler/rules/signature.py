"""PF002 and PF003: how orchestrators, activities and the operations of entities are declared.

@app.orchestrator
def main(ctx, a, b): ...      ->      async def main(ctx: Context, input: Input) -> Output: ...
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.annotated import is_generator
from portable_faas.compiler.facts import ACTIVITY, OPERATION, ORCHESTRATOR, Facts
from portable_faas.compiler.portability import problem_of
from portable_faas.errors import Diagnostic

_WHAT: Final = {ACTIVITY: "activity", OPERATION: "operation"}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """What is wrong with the line of the `def`."""
    if facts.role not in (*_WHAT, ORCHESTRATOR):
        return
    if facts.role == ORCHESTRATOR:
        yield from _orchestrator(facts)
    elif facts.role in _WHAT and is_generator(facts.function):
        problem = f"the {_WHAT[facts.role]} `{facts.function.name}` is a generator"
        yield facts.report(facts.function.node, "PF002", problem, "return a list")
    if facts.role in _WHAT:
        yield from _open_ended(facts)
    yield from _annotations(facts)


def _orchestrator(facts: Facts) -> Iterator[Diagnostic]:
    name, node = facts.function.name, facts.function.node
    if not facts.function.is_async:
        problem = f"the orchestrator `{name}` is a plain `def`"
        yield facts.report(node, "PF002", problem, f"write `async def {name}`")
    arguments = getattr(node, "args", None)
    wide = arguments is not None and (arguments.vararg or arguments.kwarg or arguments.kwonlyargs)
    if wide or not 1 <= len(facts.function.parameters) <= 2:
        problem = f"the orchestrator `{name}` takes the context and at most one input"
        yield facts.report(node, "PF002", problem, "put several inputs in a dataclass")

    first = facts.function.parameters[0] if facts.function.parameters else None
    if first is not None and first.annotation is not None and _is_a_value(facts, first):
        problem = f"the orchestrator `{name}` gets the context first, not `{facts.quote(first.annotation)}`"
        yield facts.report(first, "PF002", problem, "write `ctx: Context` as the first parameter")


def _is_a_value(facts: Facts, first: ast.arg) -> bool:
    """Whether the annotation is surely something else than the context."""
    kind = facts.types.parameter(first)
    if kind.klass is not None:
        return kind.klass.node is not None and not kind.klass.node.bases
    return kind.tag not in ("unknown", "context", "none")


def _open_ended(facts: Facts) -> Iterator[Diagnostic]:
    node = facts.function.node
    if isinstance(node, ast.Module):
        return
    for stars, each in (("*", node.args.vararg), ("**", node.args.kwarg)):
        if each is not None:
            problem = (
                f"the {_WHAT[facts.role]} `{facts.function.name}` takes any number of arguments as `{stars}{each.arg}`"
            )
            yield facts.report(each, "PF002", problem, "name the parameters, or take one list")


def _annotations(facts: Facts) -> Iterator[Diagnostic]:
    node = facts.function.node
    written = {each.arg: each.annotation for each in facts.function.parameters}
    if facts.role in (ORCHESTRATOR, OPERATION) and written:  # the context, or the object itself
        del written[next(iter(written))]
    written["return"] = getattr(node, "returns", None)
    for name, annotation in written.items():
        if annotation is not None:
            yield from _annotation(facts, name, annotation)


def _annotation(facts: Facts, name: str, annotation: ast.expr) -> Iterator[Diagnostic]:
    problem = facts.program.world.annotation_problem(facts.function, name) or problem_of(facts, annotation)
    if problem:
        said, _, remedy = problem.partition("; ")
        instead = remedy or "use a list, a dict with text keys, a dataclass or another portable type"
        yield facts.report(annotation, "PF003", f"`{facts.quote(annotation)}` cannot cross: {said}", instead)
