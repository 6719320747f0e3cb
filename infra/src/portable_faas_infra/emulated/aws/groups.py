"""CloudWatch Logs: log groups and how long they keep what they hold."""

from portable_faas_infra.emulated.aws.account import tags_gone
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone, whole
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class LogGroup(AWSKind):
    """A log group."""

    token = "aws:cloudwatch/logGroup:LogGroup"
    properties = frozenset({"name", "retentionInDays", "tags", "kmsKeyId", "logGroupClass", "skipDestroy"})
    fixed = frozenset({"name", "logGroupClass"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it and say how long it keeps."""
        name = inputs["name"]
        self.client("logs").create_log_group(logGroupName=name, tags=inputs.get("tags") or {})
        with whole(lambda: self.client("logs").delete_log_group(logGroupName=name)):
            self._keep(name, inputs.get("retentionInDays"))
        return Made(name, {**inputs, "arn": self.arn("logs", f"log-group:{name}")})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change retention and tags."""
        name = str(made.id)
        if "retentionInDays" in changed:
            self._keep(name, inputs.get("retentionInDays"))
        if gone := tags_gone(made.inputs, inputs):
            self.client("logs").untag_log_group(logGroupName=name, tags=gone)
        if "tags" in changed and inputs.get("tags"):
            self.client("logs").tag_log_group(logGroupName=name, tags=inputs["tags"])
        return {**made.outputs, **inputs}

    def _keep(self, name: str, days: int | None) -> None:
        if days:
            self.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)
        else:  # 0 and none: for ever
            self.client("logs").delete_retention_policy(logGroupName=name)

    def delete(self, made: Resource) -> None:
        """Delete it with what it holds, unless it is to outlive the stack."""
        if not made.inputs.get("skipDestroy"):
            with unless_gone():
                self.client("logs").delete_log_group(logGroupName=made.id)
