"""``Receiver``: brings one function its messages, events or changes: at least once, again after a failure, then buries.

due -> attempt counted -> function -> forgotten | due again later | dead letter
"""

from typing import Any, Final, Literal, final

from portable_faas.local.agenda import Agenda
from portable_faas.local.clock import Timer
from portable_faas.local.depot import Delivery, Depot
from portable_faas.triggers.delivery import Arrived
from portable_faas.triggers.function import Function
from portable_faas.triggers.receiving import BUSY, REMEMBERED, Outcome, Run, policy_of, receive, source_of

AT_ONCE: Final = 16  # calls of one function under way


@final
class Receiver:
    """One function and what is due for it."""

    def __init__(self, function: Function[..., Any], depot: Depot, agenda: Agenda, run: Run) -> None:
        self.function = function
        self.source = source_of(function)
        self._depot = depot
        self._agenda = agenda
        self._run = run
        self._under_way: set[int] = set()
        self._keys: set[str] = set()
        self._calls = 0
        self._timer: Timer | None = None
        self._policy = policy_of(function)

    def look(self) -> None:
        """Start what is due, and come back for what will be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._calls < AT_ONCE:
            found = self._depot.claim(self.source, self._agenda.now(), self._policy.batch, self._under_way)
            if not found:
                break
            self._under_way.update(delivery.number for delivery in found)
            self._calls += 1
            self._agenda.spawn(self._work(found))
        due = self._depot.next_due(self.source, self._under_way)
        if due is not None and self._calls < AT_ONCE:
            self._timer = self._agenda.at(due, self.look)

    async def begin(self, function: str, key: str) -> Literal["begun", "busy", "done"]:
        """Begin to work on a key."""
        if self._depot.is_done(function, key, self._agenda.now()):
            return "done"
        if key in self._keys:
            return "busy"
        self._keys.add(key)
        return "begun"

    async def end(self, function: str, key: str, done: bool) -> None:
        """The work on a key has ended."""
        if done:
            self._depot.finish([], function, [key], self._agenda.now() + REMEMBERED)
        self._keys.discard(key)

    async def _work(self, found: list[Delivery]) -> None:
        try:
            arrived = [Arrived(one.id, one.body, one.attempt, one.sent_at) for one in found]
            for delivery, outcome in zip(found, await receive(self.function, arrived, self._run, self), strict=True):
                self._settle(delivery, outcome)
        finally:
            self._under_way.difference_update(delivery.number for delivery in found)
            self._calls -= 1
            self._agenda.soon(self.look)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        now = self._agenda.now()
        match outcome.what:
            case "done":
                self._depot.finish([delivery.number])
            case "dead":
                self._depot.bury(delivery.number, outcome.why, self._policy.attempts)
            case "again":
                self._depot.again(delivery.number, now + self._policy.retry)
            case "busy":
                self._depot.again(delivery.number, now + BUSY, uncounted=True)
