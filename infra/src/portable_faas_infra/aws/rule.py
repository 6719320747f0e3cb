"""A rule of EventBridge that brings events to the queue of a function; what does not get there lies in dead letters.

{"kind": "event", "topic": "shipped", "pattern": {"detail": {...}}, "queue": "function.express"}

Sources: "Using dead-letter queues to process undelivered events in EventBridge", "Amazon S3 Event Notifications with
EventBridge" (changes of objects and of executions are on the bus of the account, `default`), docs.aws.amazon.com.
"""

import json
from collections.abc import Mapping
from typing import Final, final

import pulumi
from pulumi_aws import cloudwatch

from portable_faas.manifest import Part, fill_strings, string_references
from portable_faas_infra.aws.queue import Queue
from portable_faas_infra.deployment import Deployment

BUS: Final = "default"
OLDEST: Final = 24 * 60 * 60  # seconds for which delivery is tried
TRIES: Final = 185


@final
class Rule(pulumi.ComponentResource):
    """``values`` are what the pattern refers to."""

    def __init__(
        self,
        function: str,
        trigger: Part,
        deployment: Deployment,
        queue: Queue,
        values: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = deployment.name(function)
        super().__init__("portable-faas:aws:Rule", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        bus = values[f"topic:{trigger['topic']}"] if trigger["kind"] == "event" else BUS
        rule = cloudwatch.EventRule(
            name,
            name=name,
            event_bus_name=bus,
            event_pattern=_filled(json.dumps(trigger["pattern"]), values),
            tags=deployment.tags,
            opts=inside,
        )
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            event_bus_name=bus,
            target_id=name,
            arn=queue.arn,
            dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=queue.dead.arn),
            retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=OLDEST, maximum_retry_attempts=TRIES
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=queue.opened(rule.arn)),
        )
        self.register_outputs({"arn": rule.arn})


def _filled(text: str, values: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    known = {name: values[name] for name in string_references(text)}
    return pulumi.Output.all(**known).apply(lambda found: fill_strings(text, found))
