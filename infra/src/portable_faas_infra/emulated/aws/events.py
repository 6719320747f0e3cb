"""EventBridge: buses, rules and their targets. A rule on another bus than the default one is called ``bus/rule``."""

import json
from typing import Any, Final

from portable_faas_infra.emulated.aws.account import renamed, tag_list, upper
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

DEFAULT: Final = "default"


class EventBus(AWSKind):
    """A bus."""

    token = "aws:cloudwatch/eventBus:EventBus"
    properties = frozenset({"name", "description", "tags"})
    fixed = frozenset({"name", "description"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        tags = tag_list(inputs.get("tags"))
        made = self.client("events").create_event_bus(Name=inputs["name"], Tags=tags)
        return Made(inputs["name"], {**inputs, "arn": made["EventBusArn"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change its tags."""
        self.client("events").tag_resource(ResourceARN=made.outputs["arn"], Tags=tag_list(inputs.get("tags")))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("events").delete_event_bus(Name=made.id)


class EventRule(AWSKind):
    """A rule."""

    token = "aws:cloudwatch/eventRule:EventRule"
    properties = frozenset({"name", "eventBusName", "eventPattern", "description", "state", "tags"})
    fixed = frozenset({"name", "eventBusName"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        return Made(inputs["name"], self._put(inputs, tags=True))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change it."""
        return self._put(inputs, tags=False)

    def _put(self, inputs: Properties, tags: bool) -> Properties:
        names = {"name": "Name", "eventBusName": "EventBusName", "eventPattern": "EventPattern"}
        request = renamed(inputs, {**names, "description": "Description", "state": "State"})
        tagged = {"Tags": tag_list(inputs.get("tags"))} if tags else {}
        made = self.client("events").put_rule(**request, **tagged)
        return {**inputs, "arn": made["RuleArn"]}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("events").delete_rule(Name=made.id, EventBusName=made.inputs.get("eventBusName", DEFAULT))


class EventTarget(AWSKind):
    """Where a rule brings its events."""

    token = "aws:cloudwatch/eventTarget:EventTarget"
    properties = frozenset({"rule", "eventBusName", "targetId", "arn", "deadLetterConfig", "retryPolicy"})
    fixed = frozenset({"rule", "eventBusName", "targetId"})
    named = "targetId"

    def create(self, inputs: Properties) -> Made:
        """Add it to the rule."""
        self._put(inputs)
        return Made(inputs["targetId"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change it."""
        self._put(inputs)
        return dict(inputs)

    def _put(self, inputs: Properties) -> None:
        target: dict[str, Any] = {"Id": inputs["targetId"], "Arn": inputs["arn"]}
        target |= {name: upper(inputs[old]) for old, name in NESTED.items() if inputs.get(old) is not None}
        answer = self.client("events").put_targets(**_rule(inputs), Targets=[target])
        if answer.get("FailedEntryCount"):
            raise ValueError(json.dumps(answer["FailedEntries"]))

    def delete(self, made: Resource) -> None:
        """Take it out of the rule."""
        with unless_gone():
            self.client("events").remove_targets(**_rule(dict(made.inputs)), Ids=[made.id])


NESTED: Final = {"deadLetterConfig": "DeadLetterConfig", "retryPolicy": "RetryPolicy"}


def _rule(inputs: Properties) -> dict[str, str]:
    return {"Rule": inputs["rule"], "EventBusName": inputs.get("eventBusName", DEFAULT)}
