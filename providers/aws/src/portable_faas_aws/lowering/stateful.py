"""The state of what needs state of its own between two steps.

await ctx.race(a(), b())     a Parallel that an error ends        await ctx.wait_for_event("go")     a Task with a bell
await other(order)           a Task that the child rings          async with ctx.lock(a):             the same
"""

from typing import TYPE_CHECKING

from portable_faas.ir import ChildShape, EntityShape, EventShape, LockShape, SelectShape
from portable_faas_aws.lowering.asl import State
from portable_faas_aws.lowering.children import child
from portable_faas_aws.lowering.fanout import race_of
from portable_faas_aws.lowering.holding import wait_until_free
from portable_faas_aws.lowering.sites import Site
from portable_faas_aws.lowering.waiting import wait_for_event

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine


def stateful(machine: "Machine", site: Site) -> State:
    """The state that waits for a race, a child, an event or a lock."""
    match site.shape:
        case SelectShape() as select:
            return race_of(machine, site, select)
        case ChildShape():
            return child(machine, site)
        case EventShape():
            return wait_for_event(machine, site)
        case LockShape() | EntityShape():
            return wait_until_free(machine, site)
        case _:
            raise AssertionError(site.label)
