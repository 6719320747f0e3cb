"""What tests of deployed apps share: scenarios on one deployment, and an account that stays open, with its rights."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter
from typing import Any, Final, NamedTuple, final

import pytest
from botocore.exceptions import ClientError
from moto.awslambda.models import lambda_backends
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.emulated import EmulatedAccount
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.runtime.chain import EVENTS

from portable_faas import App
from portable_faas.client import Client
from portable_faas.errors import PortableFaasError
from portable_faas.testing import running
from portable_faas.testing.conformance.behaviours import Behaviour
from portable_faas.testing.conformance.discovery import Scenario
from portable_faas.testing.conformance.suite import Conformance, StatefulConformance
from portable_faas.testing.scenario import MISSING
from tests.infra.building import PYTHON

NAMED: Final = attrgetter("name")


async def run_cases(suite: Conformance | StatefulConformance, scenario: Scenario) -> None:
    """Every case of a scenario on one deployment."""
    async with running(scenario.app, suite.on, **suite.options) as client:
        for case in scenario.cases:
            arguments = () if case.input is MISSING else (case.input,)
            handle = await client.start(scenario.main, *arguments)
            if scenario.drive is not None:
                await scenario.drive(client, handle)
            await suite.check_end(handle, case)
            await suite.check_record(client, handle, case)


def marked(scenarios: Iterable[Scenario | Behaviour], sample: Collection[str]) -> list[Any]:
    """Those of the sample for every run, the others for full ones."""
    return [one if one.name in sample else pytest.param(one, marks=pytest.mark.full) for one in scenarios]


@final
class Place(NamedTuple):
    """An account with one app, and a client of the app."""

    account: EmulatedAccount
    client: Client
    services: Callable[[], AbstractContextManager[Any]]  # in which the app's own resources are these

    def aws(self, service: str) -> Any:
        """A boto3 client that may do everything."""
        return self.account.client(service)

    @property
    def prefix(self) -> str:
        """What all names begin with."""
        return f"{self.account.deployment.outputs['app']}-{self.account.deployment.outputs['stage']}-"

    def reports(self, name: str) -> int:
        """How many lines the log group of a function has."""
        group = f"/aws/lambda/{self.prefix}{name}"
        pages = self.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return sum(len(page["events"]) for page in pages)

    def deploy_again(self, machine: str) -> None:
        """What the next deployment would do to a machine."""
        client, arn = self.aws("stepfunctions"), self.account.machines[machine]
        found = client.describe_state_machine(stateMachineArn=arn)
        names = ("definition", "roleArn", "loggingConfiguration")
        client.update_state_machine(stateMachineArn=arn, **{name: found[name] for name in names})

    def configure_again(self, function: str) -> None:
        """What the next deployment would do to a function that has a queue for what it fails."""
        client, arn = self.aws("lambda"), self.account.deployment.outputs["functions"][function]
        found: Any = lambda_backends[ACCOUNT][REGION].get_function(arn)
        lost = {"TargetArn": found.dead_letters}
        client.update_function_configuration(FunctionName=arn.rpartition(":")[0], DeadLetterConfig=lost)

    @contextmanager
    def without_time(self, function: str) -> Iterator[None]:
        """Lambda ends every call of a function at once."""
        arn = self.account.deployment.outputs["functions"][function]
        found: Any = lambda_backends[ACCOUNT][REGION].get_function(arn)
        seconds, found.timeout = found.timeout, 0
        self.account.emulator.cool()
        try:
            yield
        finally:
            found.timeout = seconds

    @contextmanager
    def watched(self, functions: Iterable[str], machines: Iterable[str]) -> Iterator[None]:
        """Everything in the block is logged by these functions, and traced by them and these machines."""
        logged = {name: self.reports(name) for name in functions}
        traced = len(self.account.emulator.traces)
        yield
        for name, before in logged.items():
            assert self.reports(name) > before, f"{name} logged nothing"
        segments = self.account.emulator.traces[traced:]
        names = {(segment.name, segment.origin.rpartition("::")[2]) for segment in segments}
        wanted = {(self.prefix + name, "Function") for name in logged}
        wanted |= {(self.prefix + name, "StateMachine") for name in machines}
        assert names == wanted, f"not traced as it should be: {sorted(names ^ wanted)}"


@contextmanager
def deployed(app: App, max_events: int = EVENTS) -> Iterator[Place]:
    """Deploy ``app``; everything is stopped at the end."""
    account = EmulatedAccount(app, PYTHON, real_time=False, deployed=True, max_events=max_events)
    try:
        backend = AccountBackend(app, lambda: account)
        yield Place(account, Client(app, backend), backend.services.inside)
    finally:
        account.close()


Everything = Callable[[Place], Awaitable[None]]


@final
class Grant(NamedTuple):
    """One statement of one policy of a role; the trust policy has no name."""

    role: str
    policy: str | None
    sid: str


def grants(place: Place) -> list[Grant]:
    """Every statement of every role, those that say who may act as it included."""
    found = []
    for role in place.aws("iam").list_roles()["Roles"]:
        name = role["RoleName"]
        for policy in place.aws("iam").list_role_policies(RoleName=name)["PolicyNames"]:
            document = place.aws("iam").get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            found += [Grant(name, policy, statement["Sid"]) for statement in document["Statement"]]
        found.append(Grant(name, None, "trust"))
    return found


async def needed(place: Place, everything: Everything, signs: Mapping[str, re.Pattern[str]]) -> list[str]:
    """What is wrong with the statements: without one, ``everything`` has to fail by the sign of its id."""
    wrong = []
    for grant in grants(place):
        why = await _problem(place, grant, everything)
        if not signs[grant.sid].search(why):
            wrong.append(f"without {grant.sid} of {grant.role}: {why}")
    return wrong


async def _problem(place: Place, grant: Grant, everything: Everything) -> str:
    with without(place, grant):
        if grant.policy is None:  # a process keeps the keys that it began with
            place.account.emulator.cool()
        try:
            await everything(place)
        except (AssertionError, ClientError, PortableFaasError) as failed:
            return str(failed)
    return f"nothing goes wrong without {grant}"


@contextmanager
def without(place: Place, grant: Grant) -> Iterator[None]:
    """The account without one statement."""
    iam = place.aws("iam")
    if grant.policy is None:
        role = iam.get_role(RoleName=grant.role)["Role"]["AssumeRolePolicyDocument"]
        less = {**role, "Statement": [{**role["Statement"][0], "Effect": "Deny"}]}
        iam.update_assume_role_policy(RoleName=grant.role, PolicyDocument=json.dumps(less))
        try:
            yield
        finally:
            iam.update_assume_role_policy(RoleName=grant.role, PolicyDocument=json.dumps(role))
        return
    policy = iam.get_role_policy(RoleName=grant.role, PolicyName=grant.policy)["PolicyDocument"]
    rest = [statement for statement in policy["Statement"] if statement["Sid"] != grant.sid]
    names = {"RoleName": grant.role, "PolicyName": grant.policy}
    iam.put_role_policy(**names, PolicyDocument=json.dumps({**policy, "Statement": rest}))
    try:
        yield
    finally:
        iam.put_role_policy(**names, PolicyDocument=json.dumps(policy))
