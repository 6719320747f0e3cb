"""Small constructors of Amazon States Language (JSONata query language), so that no key is spelled twice.

expression("$call.args")  ->  "{% $call.args %}"

Source of the rules: the Amazon States Language specification and the Step Functions Developer Guide, "Transforming
data with JSONata" (Assign and Output are evaluated in parallel over the variables as they were on entry).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

State = dict[str, Any]

INVOKE: Final = "arn:aws:states:::lambda:invoke"
WAIT_FOR_TOKEN: Final = "arn:aws:states:::lambda:invoke.waitForTaskToken"
UPDATE_ITEM: Final = "arn:aws:states:::dynamodb:updateItem"
START_EXECUTION: Final = "arn:aws:states:::states:startExecution"
RUN_EXECUTION: Final = "arn:aws:states:::states:startExecution.sync:2"
PAYLOAD: Final = "$states.result.Payload"
# The message that a Lambda of ours failed with: JSON text inside the JSON text that Lambda reports as the cause.
REPORT: Final = "$parse($parse($states.errorOutput.Cause).errorMessage)"


def expression(code: str) -> str:
    """A JSONata expression as a string of the definition."""
    return f"{{% {code} %}}"


def literal(value: Any) -> str:
    """A JSON value as JSONata, whose literals are JSON's."""
    return json.dumps(value, ensure_ascii=False)


FUNCTION: Final = re.compile(r"\$\{function:([^}]+)\}")


def function(name: str) -> str:
    """What stands for the ARN of a Lambda until the machine is deployed."""
    return f"${{function:{name}}}"


TABLE: Final = "${table:instances}"  # the rows of the instances


def invoke(name: str, payload: Mapping[str, Any], comment: str) -> State:
    """A Task that invokes a Lambda of the app."""
    arguments = {"FunctionName": function(name), "Payload": dict(payload)}
    return {"Type": "Task", "Comment": comment, "Resource": INVOKE, "Arguments": arguments}


def moment(call: str) -> str:
    """When a timer fires: at a moment, or so many milliseconds after the state was entered."""
    return expression(due(call))


def due(call: str) -> str:
    """The same as JSONata."""
    entered = "$toMillis($states.context.State.EnteredTime)"
    return f"{call}.due != null ? {call}.due : $fromMillis({entered} + {call}.wait)"
