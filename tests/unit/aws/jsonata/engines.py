"""Two evaluators of JSONata: the Python port in this process, and JavaScript 2.0.6 in one Node process."""

import json
import math
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from portable_faas_aws.jsonata.port import Jsonata, Utils

ROOT = Path(__file__).parents[4]
PACKAGE = ROOT / ".make/node/node_modules/jsonata"
PYTHON = "jsonata-python"
NODE = "jsonata 2.0.6"

Job = tuple[str, Mapping[str, Any]]
"""An expression and its variables."""


@dataclass(frozen=True)
class Answer:
    """What came out: a value, or why there is none."""

    value: Any = None
    problem: str | None = None
    negative_zero: bool = False


class Engine(Protocol):
    name: str

    def evaluate(self, jobs: Iterable[Job]) -> list[Answer]: ...


def _nulls(value: Any) -> Any:
    """The port tells null from undefined by a value of its own."""
    if isinstance(value, dict):
        return {key: _nulls(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_nulls(each) for each in value]
    return Utils.NULL_VALUE if value is None else value


@lru_cache(maxsize=2000)
def _compiled(text: str) -> Any:
    found = Jsonata(text)
    found.set_output_convert_nulls(False)
    return found


def _is_negative_zero(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_is_negative_zero, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value == 0 and math.copysign(1, value) < 0


class PythonPort:
    name = PYTHON

    def evaluate(self, jobs: Iterable[Job]) -> list[Answer]:
        return [self._one(text, variables) for text, variables in jobs]

    def _one(self, text: str, variables: Mapping[str, Any]) -> Answer:
        try:
            expression = _compiled(text)
            frame = expression.create_frame()
            for name, value in variables.items():
                frame.bind(name, _nulls(value))
            found = expression.evaluate(None, frame)
        except Exception as error:  # the port raises whatever Python raises inside it
            return Answer(problem=f"{type(error).__name__}: {error}"[:200])
        if found is None:
            return Answer(problem="undefined")
        if found is Utils.NULL_VALUE:
            return Answer()
        try:
            value = json.loads(json.dumps(Utils.convert_nulls(found), allow_nan=False))
        except (TypeError, ValueError) as error:
            return Answer(problem=str(error))
        return Answer(value, negative_zero=_is_negative_zero(value))


class Node:
    name = NODE

    def __init__(self, program: str) -> None:
        command = [program, str(Path(__file__).with_name("evaluate.js")), str(PACKAGE)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def evaluate(self, jobs: Iterable[Job]) -> list[Answer]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(list(jobs), ensure_ascii=False).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Node process has ended"
        return [_answer(each) for each in json.loads(line)]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def _answer(found: dict[str, Any]) -> Answer:
    if "value" in found:
        return Answer(found["value"], negative_zero=found["negativeZero"])
    return Answer(problem="undefined" if "undefined" in found else str(found["error"]))


def node() -> Node | None:
    """The Node process; None where there is no Node, or the package is not installed."""
    program = shutil.which("node")
    return Node(program) if program is not None and PACKAGE.exists() else None
