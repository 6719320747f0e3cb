"""A topic: a bus of EventBridge, whose rules bring its events to functions.

{"kind": "topic", "name": "shipped"}   ->   the bus orders-dev-shipped
"""

from collections.abc import Mapping
from typing import Final, final

import pulumi
from pulumi_aws import cloudwatch

from portable_faas.manifest import Part
from portable_faas_infra.aws.bucket import sid
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment

ACTIONS: Final[Mapping[str, str]] = {"publish": "events:PutEvents"}


@final
class Topic(pulumi.ComponentResource):
    """``name`` is the bus's."""

    may: Final = tuple(ACTIONS)

    def __init__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = deployment.name(part["name"])
        super().__init__("portable-faas:aws:Topic", name, None, opts)
        made = cloudwatch.EventBus(name, name=name, tags=deployment.tags, opts=pulumi.ResourceOptions(parent=self))
        self.name: pulumi.Output[str] = made.name
        self.arn: pulumi.Output[str] = made.arn
        self.references: Mapping[str, pulumi.Output[str]] = {f"topic:{part['name']}": self.name}
        self.register_outputs({"name": self.name, "arn": self.arn})

    def statements(self, permission: Part) -> list[Statement]:
        """What ``may`` means on this bus."""
        actions = [ACTIONS[verb] for verb in permission["may"]]
        return [Statement(f"Topic{sid(permission['name'])}", actions, (self.arn,))]
