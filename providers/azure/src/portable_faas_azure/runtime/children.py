"""Instances that an orchestrator starts: sub-orchestrations of the platform, and starts that nobody waits for.

The platform neither refuses a sub-orchestration under the id of a live instance nor ends one that nobody waits for any
more, and an orchestrator cannot start an instance of its own. An activity with the durable client does these things.
"""

import json
from typing import Any, Final, final

from portable_faas.errors import InstanceExists
from portable_faas.replay import StartChild, StartInstance
from portable_faas.values import Failure, capture
from portable_faas_azure.runtime.client import CLIENT
from portable_faas_azure.runtime.driver import Ended
from portable_faas_azure.runtime.envelope import child_failure, opened
from portable_faas_azure.runtime.start import Start
from portable_faas_azure.runtime.turns import Turns

ABANDONED: Final = "the orchestration that waited for it went on without it"


@final
class Children:
    """Starts and ends other instances."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._ids: dict[int, str] = {}  # of the steps whose sub-orchestration the platform knows
        self._claimed: dict[int, str] = {}

    def begin(self, command: StartChild) -> None:
        """Start a sub-orchestration; one under a chosen id after a look at who has the id."""
        step, chosen = command.step, command.instance_id
        rerun = self._turns.rerun
        if rerun is not None and str(step) in rerun.children:
            self._start(command, rerun.children[str(step)])
        elif chosen == self._turns.derived_id(step):
            self._start(command, self._child_text(command))
        elif chosen in self._claimed.values():
            self._turns.ended(command, "null", capture(InstanceExists(chosen)))
        else:
            self._claimed[step] = chosen
            task = self._turns.driver.activity(CLIENT, json.dumps({"do": "check", "id": chosen}))
            self._turns.steps.follow(step, task, lambda ended: self._checked(command, ended))

    def _checked(self, command: StartChild, ended: Ended) -> None:
        _, failure = outcome(ended)
        if failure is None:
            self._start(command, self._child_text(command))
        else:
            self._end(command, "null", failure)

    def _child_text(self, command: StartChild) -> str | None:
        return Start(command.input, self._turns.version, parent=self._turns.driver.instance_id).text()

    def _start(self, command: StartChild, text: str | None) -> None:
        self._ids[command.step] = command.instance_id
        task = self._turns.driver.child(command.name, command.instance_id, text)
        self._turns.steps.follow(command.step, task, lambda ended: self._returned(command, ended))

    def _returned(self, command: StartChild, ended: Ended) -> None:
        if ended.fault is None:
            self._end(command, ended.result or "null", None)
        else:
            self._end(command, "null", child_failure(ended.fault))

    def _end(self, command: StartChild, result: str, failure: Failure | None) -> None:
        self._ids.pop(command.step, None)
        self._claimed.pop(command.step, None)
        self._turns.ended(command, result, failure)

    def start(self, command: StartInstance) -> None:
        """Start an instance of its own; the same step again, in another try, is the same start."""
        wanted: dict[str, Any] = {
            "do": "start",
            "name": command.name,
            "id": command.instance_id,
            "text": Start(command.input, self._turns.version, by=f"{self._turns.key} {command.step}").text(),
            "if_exists": command.if_exists,
        }
        task = self._turns.driver.activity(CLIENT, json.dumps(wanted))
        self._turns.steps.follow(command.step, task, lambda ended: self._turns.ended(command, *outcome(ended)))

    def abandon(self, step: int) -> None:
        """Nobody waits for the child of this step any more, if it has one."""
        self._claimed.pop(step, None)
        child = self._ids.pop(step, None)
        if child is not None:
            wanted = {"do": "terminate", "id": child, "reason": ABANDONED}
            self._turns.driver.errand(CLIENT, json.dumps(wanted))


def outcome(ended: Ended) -> tuple[str, Failure | None]:
    """What an activity of ours has ended with."""
    if ended.result is None:
        return "null", capture(RuntimeError(f"the platform gave up a request to itself: {ended.fault}"))
    return opened(ended.result)
