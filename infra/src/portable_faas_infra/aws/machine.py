"""A Standard state machine with a role and a log group of its own.

An update leaves running executions with the definition that they began with, and that one calls the versions of its own
release. Sources: "UpdateStateMachine", "Logging using CloudWatch Logs" (Step Functions), docs.aws.amazon.com.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import pulumi
import pulumi_aws
from pulumi_aws import sfn

from portable_faas.manifest import Machine as Declared
from portable_faas.manifest import fill_strings, string_references
from portable_faas_infra.aws.executions import may_run
from portable_faas_infra.aws.log_group import log_group
from portable_faas_infra.aws.policy import LOG_DELIVERY, SAMPLED_TRACES, Statement, trust
from portable_faas_infra.aws.role import Role
from portable_faas_infra.deployment import Deployment

SERVICE: Final = "states.amazonaws.com"
# The policy of a log group names it, and has 5,120 characters for all; groups below this prefix need none.
LOGS: Final = "/aws/vendedlogs/states/"


@final
class Machine(pulumi.ComponentResource):
    """``arn`` is the state machine's."""

    def __init__(
        self,
        declared: Declared,
        deployment: Deployment,
        granted: Sequence[Statement],
        values: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = deployment.name(declared.name)
        super().__init__("portable-faas:aws:Machine", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        tracing = deployment.settings.tracing
        logs = log_group(f"{name}-states", f"{LOGS}{name}", deployment, inside)
        runs = may_run(logs.arn, deployment, declared.permissions)
        statements = [*granted, *runs, LOG_DELIVERY, *([SAMPLED_TRACES] if tracing else [])]
        role = Role(f"{name}-states", deployment, trust(SERVICE, _own_account()), statements, inside)
        made = sfn.StateMachine(
            name,
            name=name,
            type="STANDARD",
            role_arn=role.arn,
            definition=_definition(deployment.file(declared.definition).read_text("utf-8"), values),
            logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
                level="ERROR", include_execution_data=False, log_destination=pulumi.Output.concat(logs.arn, ":*")
            ),
            tracing_configuration=sfn.StateMachineTracingConfigurationArgs(enabled=tracing),
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
        )
        self.arn: pulumi.Output[str] = made.arn
        self.register_outputs({"arn": self.arn})


def _own_account() -> dict[str, Any]:
    """No machine of somebody else's account may act as the role ("confused deputy", Step Functions Developer Guide)."""
    account = pulumi_aws.get_caller_identity_output().account_id
    return {"StringEquals": {"aws:SourceAccount": account}}


def _definition(text: str, values: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    known = {name: values[name] for name in string_references(text)}
    return pulumi.Output.all(**known).apply(lambda filled: fill_strings(text, filled))
