"""A secret of Secrets Manager. The program makes it and never sees its value, which its owner writes into it:

aws secretsmanager put-secret-value --secret-id shop-dev-partner-key --secret-string ...
"""

from collections.abc import Mapping
from typing import Final, final

import pulumi
from pulumi_aws import secretsmanager

from portable_faas.manifest import Part
from portable_faas_infra.aws.bucket import sid
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment

ACTIONS: Final[Mapping[str, str]] = {"read": "secretsmanager:GetSecretValue"}
RECOVERY: Final = 30  # days in which one that was deleted can be had back


@final
class Secret(pulumi.ComponentResource):
    """``name`` is its ARN, which ends in what nobody can guess."""

    may: Final = tuple(ACTIONS)

    def __init__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = deployment.name(part["name"])
        super().__init__("portable-faas:aws:Secret", name, None, opts)
        protect = deployment.settings.protect
        made = secretsmanager.Secret(
            name,
            name=name,
            recovery_window_in_days=RECOVERY if protect else 0,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )
        self.name: pulumi.Output[str] = made.arn
        self.arn: pulumi.Output[str] = made.arn
        self.references: Mapping[str, pulumi.Output[str]] = {f"secret:{part['name']}": self.name}
        self.register_outputs({"arn": self.arn})

    def statements(self, permission: Part) -> list[Statement]:
        """What ``may`` means on this secret."""
        actions = [ACTIONS[verb] for verb in permission["may"]]
        return [Statement(f"Secret{sid(permission['name'])}", actions, (self.arn,))]
