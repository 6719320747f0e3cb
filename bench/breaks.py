"""Deliberate breaks of the compiler and the run time, each a small change of one place in the source.

with broken(Break("continue runs no finally", "portable_faas.compiler.cut", old, new)): ...
"""

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final, NamedTuple, final

CUT: Final = "portable_faas.compiler.cut"
FLOWS: Final = "portable_faas.compiler.flows"
STEPS: Final = "portable_faas.compiler.steps"
STEPPING: Final = "portable_faas.stepping"
RUNTIME: Final = "portable_faas_aws.runtime"
LOWERING: Final = "portable_faas_aws.lowering"


@final
class Break(NamedTuple):
    """``old``, which stands once in the source of ``module``, is ``new`` instead.

    A program in which ``mark``, a regular expression, is not found cannot notice.
    """

    title: str
    module: str
    old: str
    new: str
    mark: str = ""


BREAKS: Final = (
    Break(
        "`return` runs no `finally`",
        CUT,
        "            self.leave(0)\n",
        "",
        r"(?s)return.*finally:",
    ),
    Break(
        "`continue` runs no `finally`",
        CUT,
        "        self.leave(loop.depth)\n        self.finish(Goto(loop.head))",
        "        self.finish(Goto(loop.head))",
        r"(?s)continue.*finally:",
    ),
    Break(
        "`break` runs no `finally`",
        CUT,
        "        self.leave(loop.depth)\n        self.finish(Goto(loop.after))",
        "        self.finish(Goto(loop.after))",
        r"(?s)break.*finally:",
    ),
    Break(
        "an exception runs no `finally`",
        CUT,
        "            emit()\n            self.align()\n            self.finish(R",
        "            self.finish(R",
        r"finally:",
    ),
    Break(
        "a loop has no `else`",
        CUT,
        "        self.body(orelse)\n",
        "",
        r"(?m)^ +(for|while) [^\n]*\n(?s:.*)\n +else:",
    ),
    Break(
        "a `try` has no `else`",
        CUT,
        "        self.align()\n        self.body(node.orelse)\n",
        "",
        r"(?s)except.*else:",
    ),
    Break(
        "`with` keeps no exception back",
        CUT,
        "suppressed.id, raised.id)",
        "raised.id, raised.id)",
        r"with ",
    ),
    Break(
        "a result is not kept across the next await of its expression",
        FLOWS,
        "| user | rest |",
        "| user |",
    ),
    Break(
        "what a nested helper captures is not kept",
        FLOWS,
        "| rest | self.captured",
        "| rest",
        r"async def h",
    ),
    Break(
        "nothing is handled any more after an await",
        STEPS,
        "if block.handling is None:",
        "if block.handling is None or block.id in stops:",
        r"except",
    ),
    Break(
        "a `case` has no guard",
        STEPS,
        "{f' if {case.guard}' if case.guard else ''}",
        "",
        r"case .* if ",
    ),
    Break(
        "a kept error has no cause",
        f"{STEPPING}.pack",
        "for name in CHAIN:",
        "for name in ():",
        r"__cause__",
    ),
    Break(
        "a kept error has no attributes",
        f"{STEPPING}.pack",
        "self.of(error.args), self.of(attributes)",
        "self.of(error.args), self.of({})",
        r"\.seen|Odd",
    ),
    Break(
        "a nested function has no defaults after an await",
        f"{STEPPING}.unpack",
        '(self.of(each) for each in packed["defaults"])',
        '(self.of(each) and None for each in packed["defaults"])',
        r"by: int = 2",
    ),
    Break(
        "a loop over a dict gives an item twice",
        f"{STEPPING}.walks",
        "range(len(walk.of) - walk.left)",
        "range(len(walk.of) - walk.left - 1)",
        r"for .* in (.*\.items\(\)|\{|x\d+:)",
    ),
    Break(
        "UUIDs are counted anew after an await",
        f"{STEPPING}.run",
        "self.fiber, self.uuids, self.gathers, self.keeps, self.room, at, self.lock, *counted = kept",
        "self.fiber, _, self.gathers, self.keeps, self.room, at, self.lock, *counted = kept",
        r"uuid",
    ),
    Break(
        "gathers are counted anew after an await",
        f"{STEPPING}.run",
        "self.fiber, self.uuids, self.gathers, self.keeps, self.room, at, self.lock, *counted = kept",
        "self.fiber, self.uuids, _, self.keeps, self.room, at, self.lock, *counted = kept",
        r"gather|map",
    ),
    Break(
        "a gather keeps no errors",
        f"{RUNTIME}.step",
        "if not self.run_.keeps or not",
        "if True or not",
        r"return_exceptions",
    ),
    Break(
        "results are in the wrong order",
        f"{RUNTIME}.step",
        'self.value(each) for each in outcome["all"]',
        'self.value(each) for each in outcome["all"][::-1]',
        r"gather|map",
    ),
    Break(
        "an error out of a helper has no cause",
        f"{RUNTIME}.branch",
        "{**wire, WHOLE: whole}",
        "wire",
        r"gather",
    ),
    Break(
        "an attempt is missing",
        f"{RUNTIME}.attempt",
        "call.wait_after(tried, rebuild(failure)) is not None",
        "call.wait_after(tried + 1, rebuild(failure)) is not None",
        r"flaky|stubborn|retry",
    ),
    Break(
        "an inner gather's failure is not kept",
        f"{LOWERING}.fanout",
        "    if machine.keeps is False:\n        return []\n    failed",
        "    if True:\n        return []\n    failed",
        r"ctx\.gather\(.*ctx\.gather",
    ),
    Break(
        "a failure is not caught where no Lambda goes on",
        f"{LOWERING}.ahead",
        "return handled or self.keeps is not False",
        "return self.keeps is not False",
        r"except",
    ),
)


@contextmanager
def broken(wanted: Break) -> Iterator[None]:
    """The break while the block runs: functions get the code that they have in the changed source."""
    module = importlib.import_module(wanted.module)
    text = inspect.getsource(module)
    if text.count(wanted.old) != 1:
        raise LookupError(
            f"{wanted.title}: {wanted.module} has {text.count(wanted.old)} places {wanted.old!r}, not one"
        )
    changed = _codes(compile(text.replace(wanted.old, wanted.new), str(module.__file__), "exec"))
    before = {function: function.__code__ for function in _functions(module)}
    for function, code in before.items():
        function.__code__ = changed[code.co_qualname]
    try:
        yield
    finally:
        for function, code in before.items():
            function.__code__ = code


def _codes(code: CodeType) -> dict[str, CodeType]:
    """The functions of a module and of its classes by their qualified names."""
    found = {}
    for const in code.co_consts:
        if isinstance(const, CodeType):
            found[const.co_qualname] = const
            found |= {name: inner for name, inner in _codes(const).items() if "<locals>" not in name}
    return found


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions that the source of a module defines, methods included."""
    holders: list[Any] = [module, *(each for each in vars(module).values() if isinstance(each, type))]
    for holder in holders:
        for each in vars(holder).values():
            function = inspect.unwrap(getattr(each, "func", getattr(each, "fget", each)))
            if isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__:
                yield function
