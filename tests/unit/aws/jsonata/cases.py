"""One expression on one set of inputs: Python against its lowering on an engine."""

import ast
import copy
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portable_faas_aws.jsonata import Lowered, Name, lower
from portable_faas_aws.jsonata.code import TRUE, Variable
from portable_faas_aws.jsonata.lowered import Outlined
from portable_faas_aws.jsonata.printing import text
from portable_faas_aws.jsonata.types import Type

from tests.unit.aws.jsonata.agreement import Outcome, agrees, wire
from tests.unit.aws.jsonata.engines import Answer, Engine, Job

Inputs = Mapping[str, Any]


def parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def names_of(types: Mapping[str, Type], inline: bool = True) -> dict[str, Name]:
    """The names as variables of the same name in JSONata."""
    return {name: Name(Variable(f"{name}_"), type, inline) for name, type in types.items()}


def outcome(source: str, inputs: Inputs) -> Outcome:
    """What Python does with a copy of the inputs."""
    try:
        return Outcome(eval(source, {"math": math, "json": json, **copy.deepcopy(dict(inputs))}))
    except Exception as error:
        return Outcome(error=error)


@dataclass(frozen=True)
class Case:
    """A lowered expression with inputs."""

    source: str
    lowered: Lowered
    inputs: Inputs
    held: Inputs | None = None  # what the variables hold, where that is not the JSON of the inputs

    def jobs(self) -> list[Job]:
        variables = self.held or {f"{name}_": wire(value) for name, value in self.inputs.items()}
        guard = TRUE if self.lowered.guard is None else self.lowered.guard
        return [(text(guard), variables), (self.lowered.text, variables)]

    def verdict(self, guard: Answer, answer: Answer) -> str | None:
        """What is wrong; None for agreement."""
        expected = outcome(self.source, self.inputs)
        if guard.problem is not None or not isinstance(guard.value, bool):
            return self._told("the guard gives no boolean", guard, expected)
        if not guard.value:
            return None
        if expected.error is not None:
            return self._told("Python raises where the guard holds", answer, expected)
        if answer.problem is not None or answer.negative_zero:
            return self._told("no value", answer, expected)
        return None if self._agrees(expected, answer) else self._told("another value", answer, expected)

    def _agrees(self, expected: Outcome, answer: Answer) -> bool:
        return agrees(self.lowered.type, expected.value, answer.value)

    def _told(self, what: str, answer: Answer, expected: Outcome) -> str:
        guard = "" if self.lowered.guard is None else f"\n  guard  {text(self.lowered.guard)}"
        return (
            f"{what}\n  python {self.source}\n  code   {self.lowered.text}{guard}\n  type   {self.lowered.type}"
            f"\n  inputs {dict(self.inputs)}\n  python gives {expected}\n  engine gives {answer}"
        )


def _is_utf8(code: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in code)


def failures(engine: Engine, cases: Sequence[Case]) -> list[str]:
    """What is wrong with the cases on an engine; they are evaluated in batches."""
    found = [f"not UTF-8: {case.source!r}" for case in cases if not _is_utf8(case.lowered.text)]
    cases = [case for case in cases if _is_utf8(case.lowered.text)]
    for start in range(0, len(cases), 200):
        batch = cases[start : start + 200]
        answers = engine.evaluate([job for case in batch for job in case.jobs()])
        for place, case in enumerate(batch):
            verdict = case.verdict(answers[2 * place], answers[2 * place + 1])
            if verdict is not None:
                found.append(f"{engine.name}: {verdict}")
    return found


def lowered(source: str, types: Mapping[str, Type], inline: bool = True) -> Lowered | Outlined:
    return lower(parsed(source), names_of(types, inline))


def cases_of(source: str, types: Mapping[str, Type], inputs: Sequence[Inputs]) -> list[Case]:
    """The cases of an expression; none where it is outlined."""
    found = lowered(source, types)
    return [Case(source, found, each) for each in inputs] if isinstance(found, Lowered) else []
