"""A Lambda function with a role and a log group of its own; every release of it stays as a published version.

What is called is a version, so a release never changes under who calls it. Sources: "Manage Lambda function versions",
"Lambda quotas", docs.aws.amazon.com.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import pulumi
from pulumi_aws import lambda_

from portable_faas.manifest import Function as Declared
from portable_faas_infra.aws.code import Code
from portable_faas_infra.aws.executions import may_run
from portable_faas_infra.aws.log_group import log_group, may_write
from portable_faas_infra.aws.policy import TRACES, Statement, trust
from portable_faas_infra.aws.queue import SEND
from portable_faas_infra.aws.role import Role
from portable_faas_infra.deployment import Deployment

MEMORY: Final = 256  # MiB, where neither the function nor the settings say it
TIMEOUT: Final = 60  # seconds, where the function does not say it
SERVICE: Final = "lambda.amazonaws.com"


@final
class Function(pulumi.ComponentResource):
    """``arn`` is the function's, ``version`` that of this release, ``versions`` stands for all of them.

    ``number`` is that of the version, ``invoke`` what an API calls it by. ``missed`` is the queue of calls that failed
    and that nobody waits for.
    """

    def __init__(
        self,
        declared: Declared,
        deployment: Deployment,
        code: Code,
        granted: Sequence[Statement],
        environment: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
        missed: Any = None,
    ) -> None:
        name = deployment.name(declared.name)
        super().__init__("portable-faas:aws:Function", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        logs = log_group(name, f"/aws/lambda/{name}", deployment, inside)
        traced = [TRACES] if deployment.settings.tracing else []
        runs = may_run(logs.arn, deployment, declared.permissions)
        lost = [Statement("Missed", (SEND,), (missed.arn,))] if missed is not None else []
        role = Role(name, deployment, trust(SERVICE), [may_write(logs), *granted, *runs, *lost, *traced], inside)
        package = next(one for one in deployment.manifest.packages if one.file == declared.package)
        made = lambda_.Function(
            name,
            name=name,
            role=role.arn,
            runtime=f"python{deployment.manifest.python}",
            architectures=[package.architecture],
            handler=declared.handler,
            s3_bucket=code.bucket,
            s3_key=code.keys[package.file],
            memory_size=deployment.memory(declared, MEMORY),
            timeout=declared.timeout or TIMEOUT,
            environment=lambda_.FunctionEnvironmentArgs(variables=environment) if environment else None,
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=logs.name),
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active" if traced else "PassThrough"),
            dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=missed.arn) if lost else None,
            publish=True,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
        )
        self.arn: pulumi.Output[str] = made.arn
        self.version: pulumi.Output[str] = made.qualified_arn
        self.number: pulumi.Output[str] = made.version
        self.invoke: pulumi.Output[str] = made.qualified_invoke_arn
        # An execution that has begun goes on with the versions that it began with, so the right is to all of them.
        self.versions: pulumi.Output[str] = pulumi.Output.concat(made.arn, ":*")
        self.register_outputs({"arn": self.arn, "version": self.version})
