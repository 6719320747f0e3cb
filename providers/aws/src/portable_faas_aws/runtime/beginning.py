"""The first step of an orchestrator, or of a branch: from the input, or from what its gather has described.

{"begin": {"input": '{"id":7}'}}          fulfil(ctx, Order(7)), up to its first await
{"branch": {"helper": ..., "fiber": "/0.2"}}
"""

from typing import TYPE_CHECKING, Any

from portable_faas.context import Context
from portable_faas.stepping import Ended, Raised, Stack, pack_value, unpack_value
from portable_faas.values import Signature, dumps, loads
from portable_faas_aws.runtime.branch import heard
from portable_faas_aws.runtime.offload import BESIDE_INPUT

if TYPE_CHECKING:
    from portable_faas_aws.runtime.step import Invocation


def begin(step: "Invocation", text: str | None) -> tuple[Stack, Ended]:
    """The first step of the orchestrator."""
    stack = Stack(step.code.flows, step.run_, [])
    orchestrator = step.code.app.orchestrators[step.orchestrator_name()]
    signature = orchestrator.signature()
    try:
        inputs = {} if text is None else {signature.names[0]: loads(text)}
        stack.push(signature.call(orchestrator.fn, (Context(step.run_),), inputs))
    except Exception as wrong:
        return stack, Raised(wrong)
    return stack, stack.advance(None, None)


def branch(step: "Invocation", described: dict[str, Any]) -> tuple[Stack, Ended]:
    """The first step of a branch."""
    stack = Stack(step.code.flows, step.run_, [])
    if "parameters" in described:
        return branch_of_item(step, stack, described)
    step.run_.fiber, step.run_.keeps, step.run_.room = described["fiber"], described["keeps"], described["room"]
    step.run_.allowed, step.run_.lock = described.get("events", 0), described.get("lock", "")
    if "raise" in described:
        return stack, Raised(heard(step.code.flows, step.run_, described["raise"]))
    stack.push(unpack_value(step.code.flows, step.run_, described["helper"]))
    return stack, stack.advance(None, None)


def branch_of_item(step: "Invocation", stack: Stack, item: dict[str, Any]) -> tuple[Stack, Ended]:
    """A branch that calls a helper with what the state machine took from the execution's input."""
    step.run_.fiber, step.run_.room = item["fiber"], BESIDE_INPUT // item["count"] - 1
    step.run_.allowed = step.budget.allotted(item["count"])
    helper = step.code.flows.helper(item["helper"])
    leading = (Context(step.run_),) if item["context"] else ()
    try:
        stack.push(Signature.of(helper, len(leading)).call(helper, leading, arguments_of(item)))
    except Exception as wrong:
        return stack, Raised(wrong)
    return stack, stack.advance(None, None)


def of_item(step: "Invocation", item: dict[str, Any]) -> dict[str, Any]:
    """The call for an item that the state machine took from the execution's input."""
    activity = step.code.app.activities[step.function or item["kind"]]
    policy = pack_value(step.code.flows, (activity.retry, activity.timeout))
    step.ran = {"kind": activity.name, "args": dumps(arguments_of(item)), "fiber": item["fiber"]}
    return {**step.ran, "policy": policy, "keeps": False, "room": BESIDE_INPUT // item["count"] - 1}


def arguments_of(item: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an item's call in wire form."""
    return dict(zip(item["parameters"], item["values"], strict=True))
