"""A loop that drops the results of its one activity, as a Map of one call at a time.

for reservation in made:                The Lambda before the loop runs it ahead: calls = [release("a"), release("b")]
    await release(reservation)          Map over $call.branches, MaxConcurrency 1, then what it found to come after

No Choice stands between two calls, and none before a loop that may be over nothing, which is a Map over nothing. What
the loop holds is what Python left when it ran ahead, so a loop variable, `else` or `break` needs no care. Where Python
raised, or where no execution has room for so many calls, ``slowly`` is the way: a Task a call, after each of which the
Python runs in its time.
"""

from typing import TYPE_CHECKING, Final

from portable_faas.ir import ActivityShape
from portable_faas_aws.lowering.asl import State, expression
from portable_faas_aws.lowering.fanout import branch_of, items_of
from portable_faas_aws.lowering.passing import passed
from portable_faas_aws.lowering.sites import Site

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

LOOP: Final = "loop"


def one_by_one(machine: "Machine", site: Site) -> State:
    """The Map; a failure of a call ends it, and with it the scope."""
    shape = site.shape
    assert isinstance(shape, ActivityShape)
    inner = machine.inner(shape, False)
    payload = machine.payload(call=expression("$states.input.call"), dropped=True)
    start = inner.state((shape, LOOP), shape.name, lambda: _call(inner, shape, payload))
    made: State = {"Type": "Map", "Comment": f"line {site.line}", **items_of(machine.var("call")), "MaxConcurrency": 1}
    made["ItemProcessor"] = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": start, "States": inner.finish()}
    return passed(machine, made, site, ahead=True)


def _call(inner: "Machine", shape: ActivityShape, payload: State) -> State:
    return {**branch_of(inner, shape, payload, "$states.input.call"), "Output": {}}
