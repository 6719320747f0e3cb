"""Which timers and statuses the Lambda before them runs on from.

    await ctx.set_status("paid")      both give nothing, so the step that ends at the status can find out at once that
    parcel = await ship(order)        `ship` comes next, and with what: no step is needed in between

Not where the Python in between asks for the time, makes a UUID or logs, which has to happen when the wait is over, and
not around a loop of nothing but timers and statuses, where running ahead would never end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from portable_faas.ir import ActivityShape, StatusShape, TimerShape
from portable_faas_aws.lowering.effects import has_effects
from portable_faas_aws.lowering.placement import Placement
from portable_faas_aws.lowering.sites import RETURN, Exits, Scope, Site

RAISE: Final = "raise"  # where a step gets to that always ends with an exception


@final
@dataclass(frozen=True)
class Ahead:
    """The answers for one scope."""

    scope: Scope
    placement: Placement

    def runs_from(self, site: Site) -> bool:
        """Whether the Python after a timer or status runs in the Lambda before it."""
        exits = self.scope.after(site)
        ends = exits.normal or (exits.raises and not exits.errors)
        if not self.placement.ahead or not ends or has_effects(self.scope, exits):
            return False
        return not self._only_activity(exits) and not self._circular(site)

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
