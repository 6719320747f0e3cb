"""Which timers, statuses and loops the Lambda before them runs on from.

    await ctx.set_status("paid")      both give nothing, so the step that ends at the status can find out at once that
    parcel = await ship(order)        `ship` comes next, and with what: no step is needed in between

    for line in order.lines:          no result is used, so the calls can all be prepared, and what comes after the
        await pack(line)              loop: a Map carries them out one after the other, without a Choice after each

Not where the Python in between asks for the time, makes a UUID or logs, which has to happen when the wait is over, and
not around a loop of nothing but timers and statuses, where running ahead would never end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, final

from portable_faas.ir import (
    ActivityShape,
    Await,
    ContinueShape,
    EntityShape,
    EventShape,
    GatherShape,
    LockShape,
    ReleaseShape,
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

_ACTING: Final = (StartShape, EntityShape, ContinueShape, LockShape, ReleaseShape)


@final
@dataclass(frozen=True)
class Ahead:
    """The answers for one scope; ``keeps``: whether a failure is its result, None if only a run knows."""

    scope: Scope
    placement: Placement
    keeps: bool | None = False
    _asked: dict[str, str | None] = field(default_factory=dict)
    _nothing: dict[str, bool] = field(default_factory=dict)

    def runs_from(self, site: Site) -> bool:
        """Whether the Python after a timer or status runs in the Lambda before it."""
        return self.why_not(site) is None

    def why_not(self, site: Site) -> str | None:
        """What forbids it, in words; None if nothing does."""
        if site.label not in self._asked:
            self._asked[site.label] = self._found_why_not(site)
        return self._asked[site.label]

    def _found_why_not(self, site: Site) -> str | None:
        exits = self.scope.after(site)
        if not self.placement.ahead:
            return "nothing is to run ahead"
        if isinstance(site.shape, ActivityShape):
            return self._why_not_loop(site, exits)
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
            if site is not None and site.label not in found and self._gives_nothing(site) and self.runs_from(site):
                found[site.label] = list(self.onward(site)) or [RAISE]
                work += found[site.label]
        return found

    def onward(self, site: Site) -> tuple[str, ...]:
        """Where a step that runs on from ``site`` may get to; from a loop, when it is over."""
        return self.joined(tuple(label for label in self.scope.after(site).normal if label != site.label))

    def joined(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """The loop alone where the others are what comes after it: a Map over nothing leads there, without a Choice."""
        for label in labels if len(labels) > 1 else ():
            site = self.scope.sites.get(label)
            if site is not None and self.loops(site) and {*labels} <= {*self.scope.after(site).normal}:
                return (label,)
        return labels

    def loops(self, site: Site) -> bool:
        """Whether ``site`` is the activity of a loop whose calls are prepared ahead."""
        return isinstance(site.shape, ActivityShape) and self._gives_nothing(site) and self.runs_from(site)

    def recoverable(self, site: Site) -> bool:
        """Whether the program may do anything about a failure of ``site``."""
        handled = any(self.scope.block(key, at).handler is not None for key, at in site.frames)
        return handled or self.keeps is not False

    def _gives_nothing(self, site: Site) -> bool:
        """Whether it leads back to itself with its result dropped, if it is an activity."""
        if not isinstance(site.shape, ActivityShape):
            return isinstance(site.shape, TimerShape | StatusShape)
        if site.label not in self._nothing:
            self._nothing[site.label] = self._is_dropped(site, site.shape)
        return self._nothing[site.label]

    def _is_dropped(self, site: Site, shape: ActivityShape) -> bool:
        key, at = site.frames[-1]
        ends = [block.end for block in self.scope.program.flow(key).blocks]
        dropped = any(isinstance(end, Await) and end.to == at and end.into is None for end in ends)
        normal = self.scope.after(site).normal
        return dropped and shape.known and site.label in normal and len(normal) > 1

    def _why_not_loop(self, site: Site, exits: Exits) -> str | None:
        if self.recoverable(site):
            return "what handles its failure has to know at which item it was"
        if has_effects(self.scope, exits):
            return "it asks for the time or logs, which has to happen when the call is over"
        return "a loop around it would be run ahead without end" if self._circular(site) else None

    def settles(self, site: Site) -> bool:
        """Whether something outside changes in the Lambda of an activity after it has ended."""
        shapes = self.scope.awaited(self.scope.after(site))
        after = isinstance(site.shape, ActivityShape) and self.placement.after
        return after and any(isinstance(shape, (*_ACTING, EventShape)) for shape in shapes)

    def _acts(self, exits: Exits) -> bool:
        """Whether the step does something to others: an entity, a lock, an instance, or its own next run."""
        return any(isinstance(shape, _ACTING) for shape in self.scope.awaited(exits))

    def _only_activity(self, exits: Exits) -> bool:
        """Whether nothing but one activity follows, in whose Lambda the Python runs as well, with its exceptions."""
        if not self.placement.before or len(exits.normal) != 1 or exits.normal[0] == RETURN:
            return False
        shape = self.scope.sites[exits.normal[0]].shape
        return isinstance(shape, ActivityShape) and shape.known

    def _circular(self, site: Site) -> bool:
        """Whether a loop of nothing but what may be run ahead of leads back to ``site``, not counting its own."""
        seen: set[str] = set()
        work = [site]
        while work:
            at = work.pop()
            for label in self.scope.after(at).all:
                if label == site.label and (at is not site or not isinstance(site.shape, ActivityShape)):
                    return True
                found = self.scope.sites.get(label)
                if found is not None and label not in seen and label != site.label and self._gives_nothing(found):
                    seen.add(label)
                    work.append(found)
        return False


def _waits(shape: Shape) -> bool:
    """Whether it begins a wait for an event."""
    if isinstance(shape, GatherShape | SelectShape):
        return any(_waits(one) for branch in shape.branches for one in branch)
    return isinstance(shape, EventShape)
