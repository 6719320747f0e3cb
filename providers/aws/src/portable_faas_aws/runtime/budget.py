"""Counts what a step and what it starts record in the history of the execution, and says whether there is room.

    await ctx.gather(pages(a), pages(b))    21,000 events so far: each branch may record 1,488 and gives the rest back
    for line in lines: await pack(line)     27,004 events for 3,000 calls: no execution has room, so they go one by one

Where runs cannot get long the state machine gives no ``history``, and nothing is counted.
"""

from typing import Any, NamedTuple, final

from portable_faas.stepping import Flows, StepRun
from portable_faas_aws.runtime.calls import attempts_of
from portable_faas_aws.runtime.chain import (
    ATTEMPT,
    FAN,
    FRESH,
    ITERATION,
    LEAST,
    LEAVE,
    STEP,
    Chain,
    apart,
    events_of,
    following,
    helpers_of,
    outgrown,
    room,
)


@final
class Budget(NamedTuple):
    """What one step counts in ``run.events``, by what the state machine says of the history."""

    flows: Flows
    run: StepRun
    history: dict[str, Any] | None

    @property
    def chain(self) -> Chain:
        """Which execution of the run this is."""
        assert self.history is not None
        return Chain(**self.history["chain"])

    @property
    def is_branch(self) -> bool:
        """Whether the events stand in the history of a gather's execution."""
        return self.chain.fiber != self.run.fiber

    def add(self, events: int) -> None:
        """Count so many events."""
        if self.history is not None:
            self.run.events += events

    def spent(self) -> None:
        """Count what the state machine has recorded since the last Lambda that counted."""
        if self.history is not None:
            self.run.events += self.history["spent"] + ATTEMPT * self.history["retried"]

    def ahead(self, before: int) -> dict[str, Any] | None:
        """The history of a step that runs ahead of what begins at ``before`` events."""
        return self.history and {"ahead": before, **self.history, "spent": 0, "retried": 0}

    def expected(self, described: dict[str, Any]) -> int:
        """The events that the Task of an activity may record, which will count them itself; others are counted here."""
        if self.history is None:
            return 0
        events = self._events(described)
        if not described["kind"].startswith("$"):
            return STEP + events
        helpers = helpers_of(described)
        share = self._share(events, len(helpers)) if helpers else 0
        for helper in helpers:
            helper["events"] = share
        self.run.events += events + share * len(helpers)
        return 0

    def _events(self, described: dict[str, Any]) -> int:
        return events_of(described, lambda call: attempts_of(self.flows, self.run, call))

    def _share(self, events: int, helpers: int) -> int:
        """The events that each of so many helpers may record beside these; what it does not need it gives back."""
        if self.is_branch:
            return max(0, (self.run.allowed - self.run.events - LEAVE - events) // helpers)
        fresh = (room() - 2 * FRESH - events) // helpers
        left = (room() + self.chain.begun - self.run.events - events) // helpers
        return max(0, fresh if left < LEAST else left)

    def mapped(self, outcome: dict[str, Any]) -> None:
        """Count the events of a Map that no Lambda has decided on."""
        if self.history is None:
            return
        count = len(outcome.get("all", ()))
        each = self.history.get("each", 0) or ITERATION + self.allotted(count)
        self.run.events += FAN + each * count

    def allotted(self, count: int) -> int:
        """The events that a helper may record that is mapped over so many items before any Lambda of the run."""
        return max(0, (room() - FAN) // max(1, count) - ITERATION)

    def of_call(self, described: dict[str, Any]) -> int:
        """The events of one call of a loop that is carried out by a Map."""
        return ITERATION + self._events(described)

    def fits(self, events: int, before: int) -> bool:
        """Whether so many more have room where the run goes on: here, or in an execution that begins at ``before``.

        What has been run ahead of has to stay with what led to it. A branch has room in this execution only.
        """
        after = self.run.events + events
        if self.is_branch:
            return after + LEAVE <= self.run.allowed
        assert self.history is not None
        return after - self.chain.begun <= room() or after - self.history.get("ahead", before) <= room() - 2 * FRESH

    def elsewhere(self, before: int, coming: int) -> Chain | None:
        """The execution for what comes next, from ``before`` events on with ``coming`` more; None if it is this one."""
        if self.history is None or "ahead" in self.history:
            return None
        after = self.run.events + coming
        if self.is_branch:
            full = after + LEAVE > self.run.allowed
            return apart(self.chain, self.run.fiber, before, self.run.allowed) if full else None
        return following(self.chain, before) if outgrown(self.chain, before, after) else None

    def spare(self) -> int:
        """What is left of the events that a branch was allowed."""
        chain = self.chain
        return max(0, self.run.allowed - self.run.events if self.is_branch else chain.spare)
