"""Rights on executions of machines of the app: to start them, wait for them, look for them, stop them, end their Tasks.

A machine's name is known before it is there, so no role need wait for it. Sources: "IAM policies for calling Step
Functions workflows" (`startExecution.sync` is told of the end by a rule of this name) and "Service Authorization
Reference" (SendTaskSuccess and SendTaskFailure know no resource), docs.aws.amazon.com.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pulumi

from portable_faas.manifest import Part
from portable_faas_infra.aws.kinds import MACHINE
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment

RULE: Final = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


def may_run(near: pulumi.Output[str], deployment: Deployment, permissions: Sequence[Part]) -> list[Statement]:
    """The statements for what ``permissions`` say of machines; ``near`` is an ARN of the same region and account."""
    return [*_starting(near, deployment, permissions), *_under_way(near, deployment, permissions)]


def _starting(near: pulumi.Output[str], deployment: Deployment, permissions: Sequence[Part]) -> Iterator[Statement]:
    """To start runs, and to wait for their end as a Task does."""
    names = _named(deployment, permissions, "start", "wait")
    machines = [_beside(near, "states", f"stateMachine:{name}") for name in names]
    if machines:
        yield Statement("Start", ("states:StartExecution",), machines)
    runs = [_run(near, name) for name in _named(deployment, permissions, "wait")]
    if runs:
        yield Statement("Wait", ("states:DescribeExecution", "states:StopExecution"), runs)
        rule = _beside(near, "events", RULE)
        yield Statement("WaitRule", ("events:PutTargets", "events:PutRule", "events:DescribeRule"), (rule,))


def _under_way(near: pulumi.Output[str], deployment: Deployment, permissions: Sequence[Part]) -> Iterator[Statement]:
    """To look for runs, to stop them, and to end Tasks that wait for a token."""
    for verb, sid, action in (("describe", "Describe", "DescribeExecution"), ("stop", "Stop", "StopExecution")):
        runs = [_run(near, name) for name in _named(deployment, permissions, verb)]
        if runs:
            yield Statement(sid, (f"states:{action}",), runs)
    for verb, sid, action in (("succeed", "Succeed", "SendTaskSuccess"), ("fail", "Fail", "SendTaskFailure")):
        if _named(deployment, permissions, verb):
            yield Statement(sid, (f"states:{action}",), ("*",))


def _named(deployment: Deployment, permissions: Sequence[Part], *verbs: str) -> list[str]:
    """The names of the machines on which one of the verbs is allowed."""
    found = [one for one in permissions if one["kind"] == MACHINE and set(verbs) & set(one["may"])]
    return list(dict.fromkeys(deployment.name(one["name"]) for one in found))


def _run(near: pulumi.Output[str], machine: str) -> pulumi.Output[str]:
    return _beside(near, "states", f"execution:{machine}:*")


def _beside(near: pulumi.Output[str], service: str, resource: str) -> pulumi.Output[str]:
    """arn:aws:logs:eu-west-1:1234:...   ->   arn:aws:states:eu-west-1:1234:<resource>"""
    return near.apply(lambda arn: ":".join([*arn.split(":")[:2], service, *arn.split(":")[3:5], resource]))
