"""EventBridge Scheduler: schedules in the default group."""

from typing import Any

from portable_faas_infra.emulated.aws.account import renamed, upper
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class Schedule(AWSKind):
    """A schedule."""

    token = "aws:scheduler/schedule:Schedule"
    properties = frozenset(
        {"name", "scheduleExpression", "scheduleExpressionTimezone", "flexibleTimeWindow", "target", "state"}
    )
    fixed = frozenset({"name"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self.client("scheduler").create_schedule(**_request(inputs))
        return Made(inputs["name"], {**inputs, "arn": made["ScheduleArn"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change it."""
        self.client("scheduler").update_schedule(**_request(inputs))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("scheduler").delete_schedule(Name=made.id)


def _request(inputs: Properties) -> dict[str, Any]:
    names = {
        "name": "Name",
        "scheduleExpression": "ScheduleExpression",
        "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
        "state": "State",
    }
    nested = {"FlexibleTimeWindow": upper(inputs["flexibleTimeWindow"]), "Target": upper(inputs["target"])}
    return renamed(inputs, names) | nested
