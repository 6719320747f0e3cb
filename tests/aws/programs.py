"""Random whole programs as source text, for engines that must agree about them.

PROGRAMS: a fixed prelude (types, errors, activities: tests/aws/prelude.py), some helpers, and an orchestrator `main`
that takes an int. What it computes goes into `out` as `repr`, so that types and order count. Every program ends.
"""

import importlib.util
import itertools
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from portable_faas import App
from tests.aws.expressions import Draw, Scope
from tests.aws.simple import Lines, indented
from tests.aws.statements import CONCURRENT_FAILURES, Statements, fresh_scope

PRELUDE: Final = (Path(__file__).parent / "prelude.py").read_text(encoding="utf-8")
_MARKS: Final = {
    name: re.compile(mark, re.MULTILINE)
    for name, mark in {
        "for": r"^ *for ",
        "while": r"^ *while ",
        "break": r"^ *break$",
        "continue": r"^ *continue$",
        "early return": r"^ {8,}return ",
        "try": r"^ {8,}try:",
        "finally": r"^ *finally:",
        "bare raise": r"^ {12,}raise$",
        "raise from": r"^ *raise .* from ",
        "with": r"^ *with ",
        "match": r"^ *match ",
        "walrus": ":=",
        "gather": r"ctx\.gather\(",
        "map": r"ctx\.map\(",
        "limit": r"limit=",
        "errors kept": "return_exceptions",
        "helper": r"(loud|quiet)\d\(ctx, (?!a: )",
        "nested helper": r"^ +async def ",
        "closure": r"^ +def |lambda",
        "held call": r"^ *call\d+ = ",
        "list of calls": r"^ *calls\d+ = ",
        "retry": r"flaky|stubborn|retry=",
        "timer or status": r"ctx\.(sleep|set_status)",
        "dataclass": r"Line\(",
        "await inside": r"^ *\w+ = .*[^= ] await |\(await ",
        "conditional await": r"await .* if .* else ",
    }.items()
}
_NUMBERS: Final = itertools.count(1)


@st.composite
def programs(draw: Draw) -> str:
    """The text of a program behind its prelude."""
    scope = Scope()
    parts: list[Lines] = []
    for number in range(draw(st.integers(0, 2))):
        parts.append(_sync(draw, f"count{number}", scope))
        parts.append(_helper(draw, f"loud{number}", scope, quiet=False))
        parts.append(_helper(draw, f"quiet{number}", scope, quiet=True))
    parts.append(_main(draw, scope))
    return "\n\n\n".join("\n".join(part) for part in parts) + "\n"


LONGEST: Final = 6000  # characters: a machine has at most 1 MiB, with a copy of each helper at each of its calls
PROGRAMS: Final = programs().filter(lambda text: len(text) < LONGEST)


def _sync(draw: Draw, name: str, around: Scope) -> Lines:
    """A function without awaits."""
    writer = Statements(draw, False, lambda writer: writer.value("int"), left=4)
    writer.scope = fresh_scope(int=["a"])
    body = [*writer.block(), f"return {writer.value('int')}"]
    around.functions.append(name)
    return [f"def {name}(a: int) -> int:", "    out: list[str] = []", *indented(body)]


def _helper(draw: Draw, name: str, around: Scope, quiet: bool) -> Lines:
    """An async helper; a quiet one never fails and gives a text, so that its branches may end in any order."""
    writer = Statements(draw, True, lambda writer: writer.value("int"), left=8)
    writer.scope = fresh_scope(int=["a"])
    writer.scope.functions = list(around.functions)
    writer.scope.calls = list(around.calls)
    writer.scope.quiet = list(around.quiet)
    if quiet:
        inner = writer.inside(writer.block)
        body = ["try:", *inner, f"    return {writer.of('int')}", "except Exception as error:"]
        body += ["    return len(repr(error)) + len(out)"]
        around.quiet.append(f"{name}(ctx, {{}})")
    else:
        body = [*writer.block(), "out.append('end')", f"return len(out) + {writer.of('int')}"]
        around.calls.append(f"{name}(ctx, {{}})")
    return [
        f"async def {name}(ctx: Context, a: int) -> int:",
        "    out: list[str] = []",
        "    kept: list[Exception] = []",
        *indented(body),
    ]


def _main(draw: Draw, around: Scope) -> Lines:
    """The orchestrator."""
    writer = Statements(draw, True, lambda writer: f"[*out, repr({writer.of('int')})]", left=36)
    writer.alone = True
    writer.scope = fresh_scope(int=["n"])
    writer.scope.functions = list(around.functions)
    writer.scope.calls = list(around.calls)
    writer.scope.quiet = list(around.quiet)
    inner = writer.inside(lambda: writer.block(14, 9))  # what was written down before an error is seen too
    body = ["given = n", "try:", *inner, "except Exception as error:", "    out.append(repr(error))"]
    body += ["    if given == 0:", "        raise"]
    end = ["return [*out, repr(n)]"]
    head = ["@app.orchestrator", "async def main(ctx: Context, n: int) -> list[str]:"]
    return [*head, *indented(["out: list[str] = []", "kept: list[Exception] = []", *body, *end])]


def whole(text: str) -> str:
    """The program with its prelude."""
    return f"{PRELUDE}\n\n{text}"


@contextmanager
def loaded(text: str) -> Iterator[App]:
    """The app of a program, imported under a name that no other program has."""
    name = f"program_{next(_NUMBERS)}"
    with tempfile.TemporaryDirectory(prefix="pfaas-program-") as folder:
        path = Path(folder, f"{name}.py")
        path.write_text(whole(text), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            app: App = module.app
            yield app
        finally:
            del sys.modules[name]


def fails_side_by_side(text: str) -> bool:
    """Whether a branch of a gather may fail while others run: then which calls were made is left open."""
    return CONCURRENT_FAILURES in text


def constructs(text: str) -> set[str]:
    """What a program is made of, for the figures of coverage."""
    return {name for name, mark in _MARKS.items() if mark.search(text)}
