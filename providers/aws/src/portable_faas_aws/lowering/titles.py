"""What the states of a machine are called.

charge(order)  ->  charge                 await ctx.sleep(5)  ->  sleep (line 3)
"""

from portable_faas.ir import (
    ActivityShape,
    ChildShape,
    EntityShape,
    EventShape,
    GatherShape,
    LockShape,
    SelectShape,
    StatusShape,
    TimerShape,
)
from portable_faas_aws.lowering.sites import Site


def title(site: Site) -> str:
    """What a site is called: its activity, or what it waits for, with the line where that is not enough."""
    match site.shape:
        case ActivityShape(name=name):
            return name
        case TimerShape():
            return f"sleep (line {site.line})"
        case StatusShape():
            return f"set_status (line {site.line})"
        case GatherShape():
            return f"gather (line {site.line})"
        case SelectShape():
            return f"race (line {site.line})"
        case ChildShape(orchestrator):
            return f"{orchestrator} (line {site.line})"
        case EventShape(name):
            return f"wait for {name or 'an event'} (line {site.line})"
        case LockShape(entities):
            return f"lock {' and '.join(entities)}".rstrip() + f" (line {site.line})"
        case EntityShape(entity):
            return f"wait until {entity or 'an entity'} is free (line {site.line})"
        case _:
            return site.label
