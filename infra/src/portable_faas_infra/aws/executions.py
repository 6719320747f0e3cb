"""The right of a machine to start executions of machines of the app, and to wait for them.

A machine's name is known before it is there, so its role need not wait for it. Sources: "IAM policies for calling Step
Functions workflows" (`startExecution.sync` is told of the end by a rule of this name), docs.aws.amazon.com.
"""

from collections.abc import Sequence
from typing import Final

import pulumi

from portable_faas.manifest import Part
from portable_faas_infra.aws.kinds import MACHINE
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment

RULE: Final = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


def may_run(near: pulumi.Output[str], deployment: Deployment, permissions: Sequence[Part]) -> list[Statement]:
    """The statements for what ``permissions`` say of machines; ``near`` is an ARN of the same region and account."""
    found = [one for one in permissions if one["kind"] == MACHINE]
    started = dict.fromkeys(deployment.name(one["name"]) for one in found)
    awaited = dict.fromkeys(deployment.name(one["name"]) for one in found if "wait" in one["may"])
    machines = [_beside(near, "states", f"stateMachine:{name}") for name in started]
    statements = [Statement("Start", ("states:StartExecution",), machines)] if machines else []
    if awaited:
        runs = [_beside(near, "states", f"execution:{name}:*") for name in awaited]
        statements += [
            Statement("Wait", ("states:DescribeExecution", "states:StopExecution"), runs),
            Statement(
                "WaitRule",
                ("events:PutTargets", "events:PutRule", "events:DescribeRule"),
                (_beside(near, "events", RULE),),
            ),
        ]
    return statements


def _beside(near: pulumi.Output[str], service: str, resource: str) -> pulumi.Output[str]:
    """arn:aws:logs:eu-west-1:1234:...   ->   arn:aws:states:eu-west-1:1234:<resource>"""
    return near.apply(lambda arn: ":".join([*arn.split(":")[:2], service, *arn.split(":")[3:5], resource]))
