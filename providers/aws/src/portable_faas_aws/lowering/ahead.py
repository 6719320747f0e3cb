"""Which timers and statuses the Lambda before them runs on from.

    await ctx.set_status("paid")      both give nothing, so the step that ends at the status can find out at once that
    parcel = await ship(order)        `ship` comes next, and with what: no step is needed in between

Not where the Python in between asks for the time, makes a UUID or logs, which has to happen when the wait is over, and
not around a loop of nothing but timers and statuses, where running ahead would never end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from portable_faas.ir import (
    ActivityShape,
    Await,
    ContinueShape,
    EntityShape,
    EventShape,
    GatherShape,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
)
from portable_faas_aws.lowering.effects import has_effects
from portable_faas_aws.lowering.placement import Placement
from portable_faas_aws.lowering.sites import Exits, Scope, Site
from portable_faas_aws.runtime.ends import RAISE, RETURN


@final
@dataclass(frozen=True)
class Ahead:
    """The answers for one scope."""

    scope: Scope
    placement: Placement

    def runs_from(self, site: Site) -> bool:
        """Whether the Python after a timer or status runs in the Lambda before it."""
        return self.why_not(site) is None

    def why_not(self, site: Site) -> str | None:
        """What forbids it, in words; None if nothing does."""
        exits = self.scope.after(site)
        if not self.placement.ahead:
            return "nothing is to run ahead"
        if not exits.normal and (exits.errors or not exits.raises):
            return "it always raises, and what handles that is not known before"
        if has_effects(self.scope, exits):
            return "it asks for the time or logs, which has to happen when the wait is over"
        if any(_waits(self.scope.sites[label].shape) for label in exits.all if label != RETURN):
            return "an event that has come by its end is received at once"
        if self._acts(exits):
            return "an entity changes after it, another instance starts, or the next run"
        if self._only_activity(exits):
            return "it rides in the Lambda of the one activity that follows"
        return "a loop of timers and statuses would be run ahead without end" if self._circular(site) else None

    def after(self, labels: Iterable[str]) -> dict[str, list[str]]:
        """The sites that a step which ends at one of ``labels`` runs on from, with where it may get to from there."""
        found: dict[str, list[str]] = {}
        work = list(labels)
        while work:
            site = self.scope.sites.get(work.pop(0))
            if site is None or site.label in found or not isinstance(site.shape, TimerShape | StatusShape):
                continue
            if self.runs_from(site):
                found[site.label] = list(self.scope.after(site).normal) or [RAISE]
                work += found[site.label]
        return found

    def _acts(self, exits: Exits) -> bool:
        """Whether the step starts an instance or the next run, which no state of its own does."""
        ends = (self.scope.block(key, at).end for key, at in exits.blocks)
        shapes = (shape for end in ends if isinstance(end, Await) for shape in end.shapes)
        return any(isinstance(shape, StartShape | EntityShape | ContinueShape) for shape in shapes)

    def _only_activity(self, exits: Exits) -> bool:
        """Whether nothing but one activity follows, in whose Lambda the Python runs as well, with its exceptions."""
        if not self.placement.before or len(exits.normal) != 1 or exits.normal[0] == RETURN:
            return False
        shape = self.scope.sites[exits.normal[0]].shape
        return isinstance(shape, ActivityShape) and shape.known

    def _circular(self, site: Site) -> bool:
        """Whether a loop of nothing but timers and statuses leads back to ``site``."""
        seen: set[str] = set()
        work = [site]
        while work:
            for label in self.scope.after(work.pop()).all:
                if label == site.label:
                    return True
                found = self.scope.sites.get(label)
                if found is not None and label not in seen and isinstance(found.shape, TimerShape | StatusShape):
                    seen.add(label)
                    work.append(found)
        return False


def _waits(shape: Shape) -> bool:
    """Whether it begins a wait for an event."""
    if isinstance(shape, GatherShape | SelectShape):
        return any(_waits(one) for branch in shape.branches for one in branch)
    return isinstance(shape, EventShape)
