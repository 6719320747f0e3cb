"""Step Functions: state machines."""

from typing import Any

from portable_faas_infra.emulated.aws.account import tag_list, tags_gone
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class StateMachine(AWSKind):
    """A state machine; its id is its ARN."""

    token = "aws:sfn/stateMachine:StateMachine"
    properties = frozenset(
        {"name", "definition", "roleArn", "type", "loggingConfiguration", "tracingConfiguration", "publish", "tags"}
    )
    fixed = frozenset({"name", "type"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self.client("stepfunctions").create_state_machine(
            name=inputs["name"],
            definition=inputs["definition"],
            roleArn=inputs["roleArn"],
            type=inputs.get("type", "STANDARD"),
            tags=tag_list(inputs.get("tags"), "key", "value"),
            **_watched(inputs),
        )
        return Made(made["stateMachineArn"], {**inputs, "arn": made["stateMachineArn"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change definition, role, logging, tracing and tags; what runs already goes on as it began."""
        client, arn = self.client("stepfunctions"), str(made.id)
        if changed - {"tags"}:
            role, definition = inputs["roleArn"], inputs["definition"]
            client.update_state_machine(stateMachineArn=arn, definition=definition, roleArn=role, **_watched(inputs))
        if gone := tags_gone(made.inputs, inputs):
            client.untag_resource(resourceArn=arn, tagKeys=gone)
        if "tags" in changed and inputs.get("tags"):
            client.tag_resource(resourceArn=arn, tags=tag_list(inputs["tags"], "key", "value"))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("stepfunctions").delete_state_machine(stateMachineArn=made.id)


def _watched(inputs: Properties) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if inputs.get("loggingConfiguration"):
        wanted = inputs["loggingConfiguration"]
        group = {"cloudWatchLogsLogGroup": {"logGroupArn": wanted["logDestination"]}}
        chosen = {name: wanted[name] for name in ("level", "includeExecutionData") if name in wanted}
        request["loggingConfiguration"] = {**chosen, "destinations": [group]}
    if inputs.get("tracingConfiguration"):
        request["tracingConfiguration"] = dict(inputs["tracingConfiguration"])
    return request
