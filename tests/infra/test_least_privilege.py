"""Every statement of every role of the order example is needed: without it, a run that uses all of the app fails.

The run checks what people would notice: results, failures and their undoing, large values, log lines, traces, that a
state machine can be deployed again, and that functions can start.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.awslambda.models import lambda_backends
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

from examples.orders.app import Item, Order, app, fulfil
from portable_faas.errors import OrchestrationFailed
from tests.infra.deployed import Grant, Place, deployed, grants, without

LARGE = "A-" + "1" * 300_000  # more than a state machine holds, and in every value: all of them go through S3
FUNCTIONS = ("charge", "fulfil", "refund", "release", "reserve", "ship")  # the machine is called as one of them
MACHINE = "orders-emulated-fulfil"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with deployed(app, max_events=200) as opened:
        yield opened


async def everything(place: Place, cold: bool) -> None:
    """All that the order example can do; ``cold``: in new processes."""
    if cold:
        place.account.emulator.cool()
    logged = {name: reports(place, name) for name in FUNCTIONS}
    traced = len(place.account.emulator.traces)
    assert await ended(place, "Norway") == ("Completed", "shipped")
    assert await ended(place, "Atlantis") == ("Failed", "undone")
    assert await ended(place, "Norway", "A-1", 40) == ("Completed", "shipped")  # more than one execution can record
    with without_time(place, "reserve"):  # it ends without a word, so the function of `fulfil` itself has to go on
        assert await ended(place, "Norway") == ("Failed", "undone")
    for name, before in logged.items():
        assert reports(place, name) > before, f"{name} logged nothing"
    names = {(segment.name, segment.origin.rpartition("::")[2]) for segment in place.account.emulator.traces[traced:]}
    assert names == {("orders-emulated-" + name, "Function") for name in FUNCTIONS} | {(MACHINE, "StateMachine")}
    deploy_again(place)


async def ended(place: Place, country: str, id: str = LARGE, items: int = 1) -> tuple[str, object]:
    """How an order ends, and its last status."""
    handle = await place.client.start(fulfil, Order(id, [Item("desk", 1, 24900)] * items, "4929-1234", country))
    with suppress(OrchestrationFailed):
        await handle.result()
    status = await handle.status()
    return status.status, status.custom_status


def reports(place: Place, name: str) -> int:
    """How many lines the log group of a function has."""
    group = f"/aws/lambda/orders-emulated-{name}"
    pages = place.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    return sum(len(page["events"]) for page in pages)


def deploy_again(place: Place) -> None:
    """What the next deployment would do to the machine."""
    client, arn = place.aws("stepfunctions"), place.account.machines["fulfil"]
    found = client.describe_state_machine(stateMachineArn=arn)
    names = ("definition", "roleArn", "loggingConfiguration")
    client.update_state_machine(stateMachineArn=arn, **{name: found[name] for name in names})


@contextmanager
def without_time(place: Place, function: str) -> Iterator[None]:
    """Lambda ends every call of a function at once."""
    arn = place.account.deployment.outputs["functions"][function]
    found: Any = lambda_backends[ACCOUNT][REGION].get_function(arn)
    seconds, found.timeout = found.timeout, 0
    place.account.emulator.cool()
    try:
        yield
    finally:
        found.timeout = seconds


async def test_with_every_statement_it_runs(place: Place) -> None:
    await everything(place, cold=False)


@pytest.mark.full
async def test_every_statement_is_needed(place: Place) -> None:
    found = grants(place)
    assert len(found) == 30
    problems = [(grant, await problem(place, grant)) for grant in found]
    wrong = [(grant, why) for grant, why in problems if not SIGNS[grant.sid].search(why)]
    assert not wrong, "\n".join(f"without {grant.sid} of {grant.role}: {why}" for grant, why in wrong)
    await everything(place, cold=True)


SIGNS = {  # what shows that a statement is not there
    "Logs": re.compile("logged nothing"),
    "Traces": re.compile("Extra items in the right set"),
    "BucketValues": re.compile(r"'Failed'"),
    "Functions": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "Start": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "TableInstances": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "LogDelivery": re.compile("The state machine IAM Role is not authorized to access the Log Destination"),
    "trust": re.compile(r"'Failed'|may not act as"),
}


async def problem(place: Place, grant: Grant) -> str:
    """What goes wrong without a statement."""
    with without(place, grant):
        try:
            await everything(place, cold=grant.policy is None)
        except (AssertionError, ClientError) as failed:
            return str(failed)
    return f"nothing goes wrong without {grant}"


async def test_a_function_that_the_machine_may_not_call_is_named(place: Place) -> None:
    with without(place, Grant(f"{MACHINE}-states", "grants", "Functions")):
        handle = await place.client.start(fulfil, Order("A-1", [], "4929-1234", "Norway"))
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
    assert "not authorized to perform: lambda:InvokeFunction on resource" in failed.value.message
