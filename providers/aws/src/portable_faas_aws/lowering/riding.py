"""In which activity's Lambda a step rides before the activity, or why it needs a state of its own.

total = price(order)             only `charge` can follow: rides in its Lambda
await charge(total)

at = ctx.now()                   asks for the time, which must be the same in every attempt of `charge`:
await charge(at)                 a compute step
"""

from portable_faas.ir import ActivityShape, LockShape, ReleaseShape
from portable_faas_aws.lowering.effects import has_effects
from portable_faas_aws.lowering.placement import Placement
from portable_faas_aws.lowering.resume import RECOVER, Resume
from portable_faas_aws.lowering.sites import Exits, Scope, Site
from portable_faas_aws.runtime.ends import RETURN


def riding(scope: Scope, placement: Placement, resume: Resume, exits: Exits, first: bool) -> Site | str:
    """The activity, or what forbids it in words; ``first``: it is the first step of an orchestrator."""
    if not placement.before:
        return "nothing is to ride before an activity"
    if resume.via is not None and resume.how == RECOVER:  # or loops would never close
        return "what was lost with a Lambda does not ride a second time"
    labels = exits.errors if resume.how == RECOVER else exits.normal
    sites = [scope.sites[label] for label in labels if label != RETURN]
    activities = [site for site in sites if isinstance(site.shape, ActivityShape)]
    known = [site for site in activities if isinstance(site.shape, ActivityShape) and site.shape.known]
    if len(known) > 1:
        return f"several calls can follow ({', '.join(_name(site) for site in known)})"
    if not known:
        return f"only a run knows the policy of {_name(activities[0])}" if activities else "no activity follows"
    if any(isinstance(shape, LockShape | ReleaseShape) for shape in scope.awaited(exits)):
        return f"it takes or frees a lock, which is not to happen again with a retry of {_name(known[0])}"
    if has_effects(scope, exits, first):
        effect = "logs" if first else "asks for the time or logs"
        return f"it {effect}, which is not to happen again with a retry of {_name(known[0])}"
    return known[0]


def _name(site: Site) -> str:
    return site.label.rpartition(":")[2]
