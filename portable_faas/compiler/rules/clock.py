"""PF010: an orchestrator reads the clock of the machine, which gives another value on replay.

started = datetime.now()      ->      started = ctx.now()
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

_NOW: Final = frozenset(
    words("""
    datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today time.time
    time.time_ns time.monotonic time.monotonic_ns time.perf_counter time.perf_counter_ns time.process_time
    time.process_time_ns time.thread_time time.thread_time_ns time.clock_gettime time.clock_gettime_ns
""")
)
# Without arguments these read the clock; with them they only convert.
_DEFAULTS: Final = {"time.gmtime": 1, "time.localtime": 1, "time.ctime": 1, "time.asctime": 1, "time.strftime": 2}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every reading of a clock."""
    for node in facts.nodes:
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) and facts.dotted(node) in _NOW:
            called = facts.parent(node)
            shown = called if isinstance(called, ast.Call) and called.func is node else node
            remedy = "write `ctx.now().date()`" if facts.dotted(node) == "datetime.date.today" else "write `ctx.now()`"
            yield facts.report(node, "PF010", f"`{facts.quote(shown)}` gives another value on replay", remedy)
        elif isinstance(node, ast.Call):
            yield from _called(facts, node)


def _called(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    dotted = facts.dotted(node.func)
    if dotted == "time.sleep":
        problem = f"`{facts.quote(node)}` blocks and is not durable"
        yield facts.report(node, "PF010", problem, "write `await ctx.sleep(seconds)`")
    elif len(node.args) < _DEFAULTS.get(dotted, 0):
        problem = f"`{facts.quote(node)}` gives another value on replay"
        yield facts.report(node, "PF010", problem, "start from `ctx.now()`")
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "time" and _is_loop(facts, node.func.value):
        problem = f"`{facts.quote(node)}` gives another value on replay"
        yield facts.report(node, "PF010", problem, "write `ctx.now()`")


def _is_loop(facts: Facts, node: ast.expr) -> bool:
    return facts.kind(node).dotted in ("asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop")
