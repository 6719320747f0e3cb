"""What tests of deployed apps share: scenarios on one deployment, and an account that stays open, with its rights."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, final

from portable_faas_aws.client import AccountBackend
from portable_faas_aws.emulated import EmulatedAccount
from portable_faas_aws.runtime.chain import EVENTS

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing import running
from portable_faas.testing.conformance.discovery import Scenario
from portable_faas.testing.conformance.suite import Conformance
from portable_faas.testing.scenario import MISSING
from tests.infra.building import PYTHON


async def run_cases(suite: Conformance, scenario: Scenario) -> None:
    """Every case of a scenario on one deployment."""
    async with running(scenario.app, suite.on, **suite.options) as client:
        for case in scenario.cases:
            arguments = () if case.input is MISSING else (case.input,)
            handle = await client.start(scenario.main, *arguments)
            await suite.check_end(handle, case)
            await suite.check_record(client, handle, case)


@final
class Place(NamedTuple):
    """An account with one app, and a client of the app."""

    account: EmulatedAccount
    client: Client

    def aws(self, service: str) -> Any:
        """A boto3 client that may do everything."""
        return self.account.client(service)


@contextmanager
def deployed(app: App, max_events: int = EVENTS) -> Iterator[Place]:
    """Deploy ``app``; everything is stopped at the end."""
    account = EmulatedAccount(app, PYTHON, real_time=False, deployed=True, max_events=max_events)
    try:
        yield Place(account, Client(app, AccountBackend(app, lambda: account)))
    finally:
        account.close()


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
