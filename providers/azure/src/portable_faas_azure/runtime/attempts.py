"""Tries of activities, with what the platform lacks: retries with filters, and time-outs, on durable timers."""

import logging
import math
from typing import Final, final

from portable_faas.errors import ActivityCrashed
from portable_faas.history import ATTEMPT_FAILED
from portable_faas.replay import StartActivity
from portable_faas.values import Failure, Wire, capture, dumps, rebuild
from portable_faas_azure.runtime.driver import Ended
from portable_faas_azure.runtime.envelope import opened
from portable_faas_azure.runtime.turns import Turns

LOG: Final = logging.getLogger("portable_faas.azure")


@final
class Attempts:
    """Runs activities."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def begin(self, command: StartActivity, attempt: int = 1) -> None:
        """Begin a try; the step ends with the result or with the failure of its last try."""
        call, steps, driver = command.call, self._turns.steps, self._turns.driver
        task = driver.activity(call.name, command.args)
        steps.follow(command.step, task, lambda ended: self._returned(command, attempt, ended))
        if call.timeout is not None:
            alarm = driver.timer(steps.now + call.timeout * 1000)
            steps.follow(command.step, alarm, lambda _rang: self._failed(command, attempt, capture(call.late())))

    def _returned(self, command: StartActivity, attempt: int, ended: Ended) -> None:
        if ended.result is None:
            name = command.call.name
            LOG.warning("the platform gave up an attempt of activity %s: %s", name, ended.fault)
            self._failed(command, attempt, capture(ActivityCrashed(name)))
            return
        result, failure = opened(ended.result)
        if failure is None:
            self._turns.ended(command, result, None)
        else:
            self._failed(command, attempt, failure)

    def _failed(self, command: StartActivity, attempt: int, failure: Failure) -> None:
        steps = self._turns.steps
        steps.forget(command.step)
        wait = self._until_next_try(command, attempt, failure)
        if wait is None:
            self._turns.ended(command, "null", failure)
            return
        due = steps.now + math.ceil(wait * 1000)
        tried: dict[str, Wire] = {"attempt": attempt, "next": due, "failure": failure.to_wire()}
        self._turns.note(ATTEMPT_FAILED, command, dumps(tried, "failure"))
        if due <= steps.now:
            self.begin(command, attempt + 1)
        else:
            steps.sleep(command.step, due, lambda: self.begin(command, attempt + 1))

    def _until_next_try(self, command: StartActivity, attempt: int, failure: Failure) -> float | None:
        """Seconds until the next try of a failed step, or None if it has failed for good."""
        call = command.call
        wait = call.wait_after(attempt, rebuild(failure))
        jitters = wait is not None and call.retry is not None and call.retry.jitter
        return wait * fraction(self._turns.key, f"jitter {command.step} {attempt}") if wait and jitters else wait


def fraction(key: str, what: str) -> float:
    """Evenly between 0 and 1, by chance but the same in every replay."""
    from uuid import UUID, uuid5

    return (uuid5(UUID(key), what).int & 0xFFFFFFFF) / 0x100000000
