"""What a state machine itself writes into the row of its instance, without a Lambda."""

from typing import Any, Final

from portable_faas_aws.lowering.asl import TABLE, UPDATE_ITEM, State, expression

# The ARN of an execution of the same machine: its own up to the name.
_ARN: Final = "$substring($states.context.Execution.Id, 0, $length($states.context.Execution.Id) - {length})"
_LENGTH: Final = "$length($states.context.Execution.Name)"


def write_status(line: int, status: str) -> State:
    """Write the custom status that the expression ``status`` gives."""
    values = {":status": {"S": expression(status)}}
    return _update(f"line {line}", "SET custom_status = :status", values)


def write_successor(name: str) -> State:
    """Point the row at the execution that is about to follow this one, under the ``name`` that an expression gives."""
    values = {
        ":next": {"S": expression(f"{_ARN.format(length=_LENGTH)} & {name}")},
        ":this": {"S": expression("$states.context.Execution.Id")},
        ":key": {"S": expression("$states.context.Execution.Input.key")},
    }
    made = _update("the row names the successor before it begins", "SET #execution = :next, #before = :this", values)
    names = {"#execution": "execution", "#before": "before", "#key": "key"}
    made["Arguments"] |= {"ExpressionAttributeNames": names, "ConditionExpression": "#key = :key"}
    return made


def _update(comment: str, expression_: str, values: dict[str, Any]) -> State:
    arguments = {
        "TableName": TABLE,
        "Key": {"id": {"S": expression("$states.context.Execution.Input.id")}},
        "UpdateExpression": expression_,
        "ExpressionAttributeValues": values,
    }
    return {"Type": "Task", "Comment": comment, "Resource": UPDATE_ITEM, "Arguments": arguments}
