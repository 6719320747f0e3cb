"""Entities as an orchestrator's scheduler sees them: operations, signals, and locks over several.

An entity that somebody holds cannot answer later, so it is asked again, on durable timers. A lock is taken of each
entity in turn; where one is held, those taken are given back, so that nobody waits with something in hand. A holder
that has ended without giving back (it was terminated) is told from its status, and what it holds is freed.
"""

import json
from collections.abc import Callable
from typing import Final, final

from portable_faas.errors import ActivityCrashed
from portable_faas.replay import CallEntity, RequestLock, SignalEntity
from portable_faas.values import capture
from portable_faas_azure.runtime.attempts import fraction
from portable_faas_azure.runtime.client import CLIENT
from portable_faas_azure.runtime.driver import Ended
from portable_faas_azure.runtime.entity import APPLY, LOCK, UNLOCK, Operation, holder_in
from portable_faas_azure.runtime.envelope import opened
from portable_faas_azure.runtime.key import platform_key
from portable_faas_azure.runtime.turns import Turns

FIRST_WAIT: Final = 1_000  # ms; then twice as long each time
LONGEST_WAIT: Final = 60_000


@final
class Entities:
    """Asks entities on behalf of one run."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._locks: dict[int, RequestLock] = {}

    def call(self, command: CallEntity, tried: int = 0) -> None:
        """Send an operation, or send it again to hear how it has ended."""
        payload = self._operation(command, True)
        task = self._turns.driver.call(command.entity, platform_key(command.key), APPLY, payload)
        self._turns.steps.follow(command.step, task, lambda ended: self._answered(command, tried, ended))

    def signal(self, command: SignalEntity) -> None:
        """Send an operation whose end nobody waits for."""
        payload = self._operation(command, False)
        self._turns.driver.signal(command.entity, platform_key(command.key), APPLY, payload)

    def _operation(self, command: CallEntity | SignalEntity, waited: bool) -> str:
        lock = self._owner(command.lock) if command.lock else ""
        name = f"{self._turns.key}/{command.step}"
        return Operation(name, command.key, command.operation, command.args, lock, waited).text()

    def _answered(self, command: CallEntity, tried: int, ended: Ended) -> None:
        if ended.result is None:
            crashed = ActivityCrashed(f"{command.entity}.{command.operation or 'read'}")
            self._turns.ended(command, "null", capture(crashed))
            return
        holder = holder_in(ended.result)
        if holder is None:
            self._turns.ended(command, *opened(ended.result))
        else:
            name = (command.entity, command.key)
            self._later(command.step, holder, name, tried, lambda: self.call(command, tried + 1))

    # Locks.

    def _owner(self, step: int) -> str:
        return f"{self._turns.driver.instance_id}/{self._turns.key}/{step}"

    def request(self, command: RequestLock, tried: int = 0) -> None:
        """Take all of the entities, or none and try again later."""
        self._locks[command.step] = command
        self._take(command, 0, tried)

    def _take(self, command: RequestLock, place: int, tried: int) -> None:
        name, key = command.entities[place]
        owner = json.dumps({"owner": self._owner(command.step)})
        task = self._turns.driver.call(name, platform_key(key), LOCK, owner)
        self._turns.steps.follow(command.step, task, lambda ended: self._taken(command, place, tried, ended))

    def _taken(self, command: RequestLock, place: int, tried: int, ended: Ended) -> None:
        if ended.result is None:
            self._give_back(command.step, command.entities[: place + 1])
            self._turns.ended(command, "null", capture(RuntimeError(f"the platform gave up a lock: {ended.fault}")))
            return
        holder = holder_in(ended.result)
        if holder is not None:
            self._give_back(command.step, command.entities[:place])
            again = command.entities[place]
            self._later(command.step, holder, again, tried, lambda: self.request(command, tried + 1))
        elif place + 1 < len(command.entities):
            self._take(command, place + 1, tried)
        else:
            self._turns.ended(command, "null", None)

    def free(self, step: int) -> None:
        """Give back what the lock of this step holds."""
        self._give_back(step, self._locks.pop(step).entities)

    def abandon(self, step: int) -> None:
        """Nobody waits for the lock of this step any more, if it is one; it may have taken some."""
        if step in self._locks:
            self.free(step)

    def _give_back(self, step: int, entities: tuple[tuple[str, str], ...]) -> None:
        for name, key in entities:
            self._unlock(name, key, self._owner(step))

    def _unlock(self, name: str, key: str, owner: str) -> None:
        self._turns.driver.signal(name, platform_key(key), UNLOCK, json.dumps({"owner": owner}))

    # Waiting.

    def _later(self, step: int, holder: str, entity: tuple[str, str], tried: int, again: Callable[[], None]) -> None:
        """Call ``again`` after a while; from the second time on only after a look whether the holder lives."""
        steps = self._turns.steps
        wait = min(FIRST_WAIT * 2 ** min(tried, 10), LONGEST_WAIT)
        wait += int(wait * fraction(self._turns.key, f"lock {step} {tried}"))  # two that collide do not again
        then = again if tried == 0 else lambda: self._look_after(step, holder, entity, again)
        steps.sleep(step, steps.now + wait, then)

    def _look_after(self, step: int, holder: str, entity: tuple[str, str], again: Callable[[], None]) -> None:
        def looked(ended: Ended) -> None:
            if ended.result is not None and opened(ended.result)[0] == "false":
                self._unlock(*entity, holder)
            again()

        instance_id = holder.partition("/")[0]
        task = self._turns.driver.activity(CLIENT, json.dumps({"do": "alive", "id": instance_id}))
        self._turns.steps.follow(step, task, looked)
