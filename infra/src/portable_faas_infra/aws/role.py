"""A role that one function or machine acts as, with one inline policy that goes when the role goes."""

from collections.abc import Sequence
from typing import final

import pulumi
from pulumi_aws import iam

from portable_faas_infra.aws.policy import Statement, document
from portable_faas_infra.deployment import Deployment


@final
class Role(pulumi.ComponentResource):
    """``arn`` is the role's; ``policy`` is to be waited for by what needs its rights when it is created."""

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        trusted: pulumi.Input[str],
        statements: Sequence[Statement],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("portable-faas:aws:Role", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = iam.Role(name, name=name, assume_role_policy=trusted, tags=deployment.tags, opts=inside)
        self.policy = iam.RolePolicy(name, name="grants", role=role.name, policy=document(statements), opts=inside)
        self.arn: pulumi.Output[str] = role.arn
        self.register_outputs({"arn": self.arn})
