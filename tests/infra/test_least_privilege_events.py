"""Every statement of every role of the approval example is needed: without it, a run that uses all of the app fails."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from portable_faas_aws.client.instances import Instances
from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.ledger import row_of
from portable_faas_aws.runtime.row import Body, DynamoTable

from examples.approval.app import Decision, Expense, app, approve
from portable_faas.client import Handle
from portable_faas.values import dumps, encode
from tests.infra.deployed import Place, deployed, grants, needed

LARGE = "E-" + "1" * 300_000  # more than a state machine holds, so all values go through S3
FUNCTIONS = ("approve", "ask", "pay", "pfaas_bell")
YES = Decision("ann", "approved")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with deployed(app, max_events=200) as opened:
        yield opened


async def everything(place: Place) -> None:
    """All that the approval example can do."""
    with place.watched(FUNCTIONS, ["approve"]):
        handle = await waiting(place, LARGE, 1)
        await handle.raise_event("decision", YES)
        assert await handle.result() == f"paid 120.00 for {LARGE}"
        handle = await waiting(place, "E-1", 1)
        with without_stream(place):
            leave(place, handle)
            listen_again(place, handle)
            assert await handle.result() == "paid 120.00 for E-1"
        handle = await waiting(place, "E-2", 1)
        leave(place, handle)  # the stream of the table rings
        await place.client.advance(1)
        assert (await handle.status()).status == "Completed", "not rung"
        handle = await waiting(place, "E-1", 20)  # more than one execution can record
        assert await handle.result() == "refused: nobody answered"
        nobody = await place.client.start(approve, Expense("E-1", 12000, []))
        assert await nobody.result() == "refused: nobody answered"
    place.deploy_again("approve")
    place.configure_again("pfaas_bell")


async def waiting(place: Place, id: str, approvers: int) -> Handle[str]:
    """An approval that has asked for the first time."""
    handle = await place.client.start(approve, Expense(id, 12000, ["ann"] * approvers))
    await place.client.advance(60)
    status = await handle.status()
    if status.status != "Running":
        await handle.result()  # says why
    assert status.custom_status == "waiting for ann", "not waiting for ann"
    return handle


def leave(place: Place, handle: Handle[str]) -> None:
    """Raise the event as somebody who dies before the bell is rung."""
    instance = Instances(place.account).get(handle.instance_id)
    assert instance is not None
    data = dumps(encode(Decision, YES, "event"), "event")

    def change(body: Body) -> None:
        inbox.prepare(body)
        inbox.add(body, "decision", data, "1")

    table = DynamoTable(lambda: (place.aws("dynamodb"), place.account.table))
    table.change(row_of(instance.key), change)


@contextmanager
def without_stream(place: Place) -> Iterator[None]:
    """Nobody reads the stream of the table."""
    client = place.aws("lambda")
    (mapping,) = client.list_event_source_mappings()["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def listen_again(place: Place, handle: Handle[str]) -> None:
    """Call the Lambda of the wait once more with what it was given, as its platform may."""
    instance = Instances(place.account).get(handle.instance_id)
    assert instance is not None
    pages = place.aws("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=instance.execution)
    tasks = [each["taskScheduledEventDetails"] for page in pages for each in page["events"] if scheduled(each)]
    given = json.loads(tasks[-1]["parameters"])
    assert "listen" in given["Payload"]
    called = place.aws("lambda").invoke(
        FunctionName=given["FunctionName"], Payload=json.dumps(given["Payload"]).encode()
    )
    assert "FunctionError" not in called, called["Payload"].read().decode()


def scheduled(event: Any) -> bool:
    return bool(event["type"] == "TaskScheduled")


# Whoever carries out Python may come across a large value. Here it is the first step for an empty list of approvers,
# whose input the machine has found short, and whose result is a sentence.
UNREACHED = ["without BucketValues of approval-emulated-approve"]
SIGNS = {  # what shows that a statement is not there
    "Logs": re.compile("logged nothing"),
    "Traces": re.compile("not traced as it should be"),
    "BucketValues": re.compile("s3:(Get|Put)Object|waiting for ann"),
    "Functions": re.compile("lambda:InvokeFunction|waiting for ann"),
    "Start": re.compile("states:StartExecution"),
    "Succeed": re.compile("states:SendTaskSuccess|not rung"),
    "StreamInstances": re.compile("not rung"),
    "Missed": re.compile("permissions to call SendMessage on SQS"),
    "TableInstances": re.compile("dynamodb:|waiting for ann"),
    "LogDelivery": re.compile("The state machine IAM Role is not authorized to access the Log Destination"),
    "trust": re.compile("may not act as|waiting for ann|not rung"),
}


@pytest.mark.slow
async def test_with_every_statement_it_runs(place: Place) -> None:
    await everything(place)


@pytest.mark.full
async def test_every_statement_is_needed(place: Place) -> None:
    assert len(grants(place)) == 27
    wrong = await needed(place, everything, SIGNS)
    assert [problem.partition(":")[0] for problem in wrong] == UNREACHED, "\n".join(wrong)
    place.account.emulator.cool()
    await everything(place)
