"""Secrets Manager: secrets without a value."""

from portable_faas_infra.emulated.aws.account import tag_list
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class Secret(AWSKind):
    """A secret; its id is its ARN."""

    token = "aws:secretsmanager/secret:Secret"
    properties = frozenset({"name", "description", "recoveryWindowInDays", "tags"})
    fixed = frozenset({"name"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self.client("secretsmanager").create_secret(Name=inputs["name"], Tags=tag_list(inputs.get("tags")))
        return Made(made["ARN"], {**inputs, "arn": made["ARN"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change its tags."""
        self.client("secretsmanager").tag_resource(SecretId=made.id, Tags=tag_list(inputs.get("tags")))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it, for good where no days are kept."""
        days = made.inputs.get("recoveryWindowInDays", 30)
        how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        with unless_gone():
            self.client("secretsmanager").delete_secret(SecretId=made.id, **how)
