"""The state of what needs state of its own between two steps.

await ctx.race(a(), b())     a Parallel that an error ends        await ctx.wait_for_event("go")     a Task with a bell
await other(order)           a Task that the child rings
"""

from typing import TYPE_CHECKING

from portable_faas.ir import ChildShape, EventShape, SelectShape
from portable_faas_aws.lowering.asl import State
from portable_faas_aws.lowering.children import child
from portable_faas_aws.lowering.fanout import race_of
from portable_faas_aws.lowering.sites import Site
from portable_faas_aws.lowering.waiting import wait_for_event

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine


def stateful(machine: "Machine", site: Site) -> State:
    """The state that waits for a race, a child or an event."""
    match site.shape:
        case SelectShape() as select:
            return race_of(machine, site, select)
        case ChildShape():
            return child(machine, site)
        case EventShape():
            return wait_for_event(machine, site)
        case _:
            raise AssertionError(site.label)
