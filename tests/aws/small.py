"""Small programs from their text, as modules of their own whose classes and functions are found by name.

app = load('@app.orchestrator\nasync def main(ctx: Context) -> int:\n    return await work(1)')
"""

import atexit
import importlib.util
import shutil
import sys
import tempfile
from itertools import count
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Final

from portable_faas.app import App
from portable_faas.compiler import check
from portable_faas.compiler.flows import program
from portable_faas.compiler.steps import module_text
from portable_faas.ir import Flow
from portable_faas.ir.verifier import verify
from portable_faas.stepping import Flows

HEAD: Final = """\
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from portable_faas import App, Context, Retry

app = App("small")


@app.activity
def work(n: int) -> int:
    return n


@app.activity
def other(n: int) -> int:
    return -n


@app.activity
def items(n: int) -> list[int]:
    return list(range(n))


"""
LINES: Final = HEAD.count("\n")  # line 1 of a text is this far down in its module
_NUMBERS: Final = count(1)
_FOLDER: Final = Path(tempfile.mkdtemp(prefix="pfaas-small-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def module(text: str) -> ModuleType:
    """The module of a text, which follows ``HEAD``."""
    name = f"small_{next(_NUMBERS)}"
    file = _FOLDER / f"{name}.py"
    file.write_text(HEAD + dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


def load(text: str) -> App:
    """The app of a text, which ``check`` accepts."""
    app = module(text).app
    assert isinstance(app, App)
    problems = [str(each) for each in check(app)]
    assert not problems, "\n".join(problems)
    return app


def flow(text: str, name: str = "main") -> Flow:
    """The verified flow of the function ``name``."""
    made = program(load(text))
    verify(made)
    (found,) = [each for each in made.flows if each.name == name]
    return found


def main(*lines: str, head: str = "") -> str:
    """The text of an orchestrator ``main(ctx, n)`` with these lines, after ``head``."""
    body = "".join(f"    {line}\n" for line in dedent("\n".join(lines)).splitlines())
    return f"{dedent(head)}\n@app.orchestrator\nasync def main(ctx: Context, n: int) -> Any:\n{body}"


def flows(app: App) -> Flows:
    """The generated functions of an app, loaded."""
    made = program(app)
    namespaces = []
    for name in dict.fromkeys(flow.module for flow in made.flows):
        namespace: dict[str, object] = {}
        exec(compile(module_text(made, name), f"<steps of {name}>", "exec"), namespace)
        namespaces.append(namespace)
    return Flows(namespaces)
