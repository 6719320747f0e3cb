"""The pipeline: find the orchestrators, collect what they reach, ask every rule about every function.

check(app)                        the functions of a live app, names resolved through its modules
check_source(text, "orders.py")   one text, nothing imported

``advise`` and ``advise_source`` give the warnings of the same functions, which refuse nothing.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from portable_faas.compiler.build import TooLarge
from portable_faas.compiler.facts import ACTIVITY, HELPER, OPERATION, ORCHESTRATOR, SYNC, Facts
from portable_faas.compiler.names import Function, Program, TextOnly
from portable_faas.compiler.rules import (
    alias,
    async_block,
    async_generator,
    branches,
    callee,
    child,
    choice,
    clock,
    closure,
    continuing,
    durable,
    endless,
    entity,
    entity_class,
    entity_code,
    event,
    generator,
    handlers,
    held,
    identity,
    literal,
    local_class,
    locked,
    operation,
    order,
    outside,
    portable,
    process,
    randomness,
    recursion,
    resource,
    scoping,
    sets,
    shared,
    signature,
    twice,
    unawaited,
)
from portable_faas.compiler.source import Def, Module, parse
from portable_faas.errors import Diagnostic

if TYPE_CHECKING:
    from portable_faas.app import App

Rule = Callable[[Facts], Iterable[Diagnostic]]

RULES: Final[tuple[Rule, ...]] = (
    signature.find,
    operation.find,
    durable.find,
    unawaited.find,
    twice.find,
    choice.find,
    callee.find,
    clock.find,
    randomness.find,
    outside.find,
    resource.find,
    shared.find,
    identity.find,
    process.find,
    sets.find,
    portable.find,
    literal.find,
    held.find,
    local_class.find,
    alias.find,
    closure.find,
    generator.find,
    scoping.find,
    branches.find,
    order.find,
    recursion.find,
    async_generator.find,
    async_block.find,
    handlers.find,
    entity.find,
    locked.find,
    continuing.find,
    child.find,
    event.find,
)
ADVICE: Final[tuple[Rule, ...]] = (endless.find,)


def check(app: "App") -> tuple[Diagnostic, ...]:
    """Every problem of the orchestrators of ``app`` and of what they call, in order of place."""
    from portable_faas.compiler.functions import problems
    from portable_faas.compiler.live import Live

    world = Live(app)
    program = Program(world)
    roots, unreadable = world.roots(program)
    return in_order([*unreadable, *problems(app), *_examined(program, roots)])


def check_source(text: str, path: str) -> tuple[Diagnostic, ...]:
    """Every problem of the orchestrators declared in ``text``, without importing it; ``path`` names it in messages."""
    module = parse(text, path)
    if isinstance(module, Diagnostic):
        return (module,)
    program = Program(TextOnly())
    try:
        declared = list(_declared(program, module))
        entities = list(_entities(program, module))
        shapes = [problem for place, node in entities for problem in entity_class.find(program, place, node)]
        roots = [*declared, *_operations(program, entities)]
        return in_order([*_named_twice(program, declared), *shapes, *_examined(program, roots)])
    except RecursionError:
        return (_too_deep(module, module.tree),)


def advise(app: "App") -> tuple[Diagnostic, ...]:
    """Every warning about the orchestrators of ``app`` and what they call, in order of place."""
    from portable_faas.compiler.live import Live

    world = Live(app)
    program = Program(world)
    roots, _unreadable = world.roots(program)
    return _warnings(program, roots)


def advise_source(text: str, path: str) -> tuple[Diagnostic, ...]:
    """Every warning about the orchestrators declared in ``text``, without importing it."""
    module = parse(text, path)
    if isinstance(module, Diagnostic):
        return ()
    program = Program(TextOnly())
    try:
        return _warnings(program, list(_declared(program, module)))
    except RecursionError:  # which `check_source` reports
        return ()


def _warnings(program: Program, roots: list[tuple[Function, str]]) -> tuple[Diagnostic, ...]:
    durable_roots = [(function, role) for function, role in roots if role not in (ACTIVITY, OPERATION)]
    found = _examined(program, durable_roots, ADVICE)
    return in_order(each for each in found if each.severity == "warning")


def _declared(program: Program, module: Module) -> Iterator[tuple[Function, str]]:
    """The functions of a text that an app's decorators declare."""
    top = program.top(module)
    for function in program.functions(top):
        if isinstance(function.node, Def):
            for decorator in function.node.decorator_list:
                role = program.declares(function.owner or top, decorator)
                if role in (ACTIVITY, ORCHESTRATOR):
                    yield function, role


def _entities(program: Program, module: Module) -> Iterator[tuple[Function, ast.ClassDef]]:
    """The classes of a text that an app declares as entities, with the functions or modules that they stand in."""
    top = program.top(module)
    for place in (top, *program.functions(top)):
        for binders in place.scope.bindings.values():
            for node in binders:
                if isinstance(node, ast.ClassDef) and program.is_entity(place, node):
                    yield place, node


def _operations(program: Program, entities: list[tuple[Function, ast.ClassDef]]) -> Iterator[tuple[Function, str]]:
    for place, klass in entities:
        for node in klass.body:
            if isinstance(node, Def):
                yield program.function(place, node), OPERATION


def _named_twice(program: Program, declared: list[tuple[Function, str]]) -> Iterator[Diagnostic]:
    """Every second function of one name, which the app refuses when the file is imported."""
    seen: set[tuple[Function | None, str, str]] = set()
    for function, _ in declared:
        node, owner = function.node, function.owner
        if isinstance(node, ast.Module) or owner is None or node not in owner.node.body:
            continue  # under an `if` or `try` perhaps only one of the two is declared
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if not program.declares(owner, decorator) or not isinstance(called, ast.Attribute):
                continue
            key = (owner, ast.unparse(called.value), node.name)
            if key in seen:
                problem = f"the app already has a function named `{node.name}`"
                yield function.module.diagnostic(node, "PF002", problem, "rename one of them")
            seen.add(key)


def _examined(
    program: Program, roots: list[tuple[Function, str]], rules: tuple[Rule, ...] = RULES
) -> Iterator[Diagnostic]:
    """Ask every rule about every function that the roots reach."""
    seen: set[Function] = set()
    work = list(reversed(roots))
    while work:
        function, role = work.pop()
        if function in seen:
            continue
        seen.add(function)
        facts = Facts(program, function, role)
        if role == ACTIVITY:
            yield from signature.find(facts)
            continue
        asked = (entity_code.find,) if role == OPERATION else rules
        try:
            yield from [problem for rule in asked for problem in rule(facts)]
            work += [(each, role if role == OPERATION else _role(each)) for each in _reached(facts)]
        except (RecursionError, TooLarge):
            yield _too_deep(function.module, function.node)


def _reached(facts: Facts) -> Iterator[Function]:
    for _, function in facts.helpers:
        yield function
    for node in facts.function.scope.nested:
        yield facts.program.function(facts.function, node)


def _role(function: Function) -> str:
    return HELPER if function.is_async else SYNC


def _too_deep(module: Module, node: ast.AST) -> Diagnostic:
    name = getattr(node, "name", module.path)
    problem = f"`{name}` is nested too deeply to be followed"
    return module.diagnostic(node, "PF001", problem, "split it into smaller functions and expressions")


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The problems in order of place, each once."""
    return tuple(sorted(set(found)))


__all__ = ["ORCHESTRATOR", "RULES", "advise", "advise_source", "check", "check_source", "in_order"]
