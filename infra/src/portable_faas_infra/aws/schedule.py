"""Schedules of EventBridge Scheduler that call a function; calls that fail lie in a queue.

{"kind": "schedule", "expressions": ["cron(30 2 ? * MON-FRI *)"], "timezone": "Europe/Oslo"}   ->   a schedule for each

Sources: "Schedule types in EventBridge Scheduler", "Setting up a dead-letter queue for EventBridge Scheduler" and
"Cross-service confused deputy prevention in EventBridge Scheduler", docs.aws.amazon.com.
"""

import json
from typing import Any, Final, final

import pulumi
import pulumi_aws
from pulumi_aws import scheduler

from portable_faas.manifest import Part
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.policy import Statement, trust
from portable_faas_infra.aws.queue import SEND
from portable_faas_infra.aws.role import Role
from portable_faas_infra.deployment import Deployment

SERVICE: Final = "scheduler.amazonaws.com"
GIVEN: Final = {"scheduled": "<aws.scheduler.scheduled-time>"}  # what the function is told
OLDEST: Final = 60 * 60  # seconds for which a call is tried; a later one would come with the next
TRIES: Final = 10


@final
class Schedule(pulumi.ComponentResource):
    """Those of one trigger; ``missed`` is the queue of failed calls."""

    def __init__(
        self,
        declared: str,
        trigger: Part,
        deployment: Deployment,
        function: Function,
        missed: Any,
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = deployment.name(declared)
        super().__init__("portable-faas:aws:Schedule", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        account = pulumi_aws.get_caller_identity_output().account_id
        statements = [
            Statement("Function", ("lambda:InvokeFunction",), (function.versions,)),
            Statement("Missed", (SEND,), (missed.arn,)),
        ]
        trusted = trust(SERVICE, {"StringEquals": {"aws:SourceAccount": account}})
        role = Role(f"{name}-schedule", deployment, trusted, statements, inside)
        for number, expression in enumerate(trigger["expressions"]):
            scheduler.Schedule(
                f"{name}-{number}",
                name=f"{name}-{number}",
                schedule_expression=expression,
                schedule_expression_timezone=trigger["timezone"],
                flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
                target=scheduler.ScheduleTargetArgs(
                    arn=function.version,
                    role_arn=role.arn,
                    input=json.dumps(GIVEN),
                    dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=missed.arn),
                    retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                        maximum_event_age_in_seconds=OLDEST, maximum_retry_attempts=TRIES
                    ),
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
            )
        self.register_outputs({"role": role.arn})
