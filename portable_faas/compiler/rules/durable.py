"""PF006: an orchestrator awaits something that is not durable.

await asyncio.sleep(5)      ->      await ctx.sleep(5)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.annotated import is_generator
from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.names import External, Helper, Klass
from portable_faas.compiler.operations import AT_ONCE
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

_ASYNCIO: Final = {
    "asyncio.sleep": "write `await ctx.sleep(seconds)`",
    "asyncio.gather": "write `await ctx.gather(...)`",
    "asyncio.create_task": "call it without the task and await it with `ctx.gather`",
    "asyncio.ensure_future": "call it without the task and await it with `ctx.gather`",
    "asyncio.TaskGroup": "call it without the task and await it with `ctx.gather`",
    "asyncio.wait_for": "give the activity a time-out: `f.using(timeout=30)(x)`",
    "asyncio.timeout": "give the activity a time-out: `f.using(timeout=30)(x)`",
    "asyncio.wait": "write `await ctx.gather(...)`",
    "asyncio.as_completed": "write `await ctx.gather(...)`",
    "asyncio.shield": "await the operation itself",
    "asyncio.to_thread": "make the function an activity and await it",
    "asyncio.run": "await the helper itself",
}
_AT_ONCE: Final = tuple(name for name in AT_ONCE if name != "lock")  # an awaited lock has a message of its own
_DECLARED: Final = {"activity": "an activity", "orchestrator": "an orchestrator"}
_CLOCKS: Final = ("asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop")
_NEVER_DURABLE: Final = frozenset(words("none bool int float str bytes scalar dict set enum record exception class"))


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every await of something else than an activity, a `ctx` operation or an async helper; every use of asyncio."""
    yield from _unrecorded(facts)
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.Call) and _is_asyncio(facts, node):
            remedy = _ASYNCIO.get(facts.dotted(node.func), "use `ctx` operations, or put it in an activity")
            yield facts.report(node, "PF006", f"`{facts.quote(node)}` is not durable", remedy)
        elif isinstance(node, ast.Await):
            yield from _awaited(facts, node.value)


def _unrecorded(facts: Facts) -> Iterator[Diagnostic]:
    """Every call of the function itself that an activity was made of."""
    for node in facts.nodes:
        if not isinstance(node, ast.Attribute) or node.attr != "fn" or facts.kind(node.value).tag not in _DECLARED:
            continue
        parent = facts.parent(node)
        if isinstance(parent, ast.Call):
            what = _DECLARED[facts.kind(node.value).tag]
            problem = f"`{facts.quote(parent)}` does the work of {what} without recording it"
            yield facts.report(parent, "PF006", problem, f"write `await {facts.quote(node.value)}(...)`")


def _is_asyncio(facts: Facts, node: ast.Call) -> bool:
    dotted = facts.dotted(node.func)
    if dotted in _CLOCKS and isinstance(facts.parent(node), ast.Attribute):
        return False  # asyncio.get_event_loop().time() is said of the clock
    return dotted.startswith("asyncio.") and not dotted.endswith("Error")


def _awaited(facts: Facts, node: ast.expr) -> Iterator[Diagnostic]:
    match node:
        case ast.IfExp():
            yield from _awaited(facts, node.body)
            yield from _awaited(facts, node.orelse)
        case ast.Call():
            yield from _called(facts, node)
        case _:
            yield from _value(facts, node)


def _called(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    meaning = facts.program.meaning(facts.function, node.func)
    name = facts.quote(node.func)
    match meaning:
        case External(dotted=dotted, known=True) if not _is_asyncio(facts, node):
            problem = f"`{facts.quote(node)}` is not durable"
            if not dotted.startswith("builtins."):
                yield facts.report(node, "PF006", problem, "put it in an activity and await that")
            elif dotted not in ("builtins.getattr", "builtins.globals", "builtins.next"):
                yield facts.report(node, "PF006", problem, "await activities, `ctx` operations and async helpers")
        case Helper(function=function) if not function.is_async:
            if not is_generator(function):
                problem = f"`{name}` is a plain `def`, so `{facts.quote(node)}` is not durable"
                remedy = f"make it `async def {function.name}(ctx, ...)` or leave out the `await`"
                yield facts.report(node, "PF006", problem, remedy)
        case Klass():
            problem = f"`{facts.quote(node)}` is not durable"
            yield facts.report(node, "PF006", problem, "await activities, `ctx` operations and async helpers")
        case _:
            yield from _operation(facts, node)


def _operation(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    func = node.func
    if isinstance(func, ast.Attribute) and facts.kind(func.value).tag in ("context", "log"):
        if facts.kind(func.value).tag == "log" or func.attr in _AT_ONCE:
            problem = f"`{facts.quote(node)}` is not a durable operation"
            yield facts.report(node, "PF006", problem, "leave out the `await`")
    else:
        yield from _value(facts, node)


def _value(facts: Facts, node: ast.expr) -> Iterator[Diagnostic]:
    kind = facts.kind(node)
    if kind.tag in ("list", "tuple", "many"):
        problem = f"`{facts.quote(node)}` is a list, which cannot be awaited"
        yield facts.report(node, "PF006", problem, f"write `await ctx.gather(*{facts.quote(node)})`")
    elif kind.tag in _NEVER_DURABLE or isinstance(node, ast.Constant):
        problem = f"`{facts.quote(node)}` is not durable"
        yield facts.report(node, "PF006", problem, "await activities, `ctx` operations and async helpers")
    elif kind.tag in ("activity", "orchestrator"):
        problem = f"`{facts.quote(node)}` is the {kind.tag} itself, not a call of it"
        yield facts.report(node, "PF006", problem, f"write `await {facts.quote(node)}(...)`")
    elif kind.tag == "entity":
        problem = f"`{facts.quote(node)}` is an entity, not an operation on it"
        remedy = f"write `await {facts.quote(node)}.call(...)` or `await {facts.quote(node)}.read()`"
        yield facts.report(node, "PF006", problem, remedy)
