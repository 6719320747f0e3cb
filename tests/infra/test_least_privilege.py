"""Every statement of every role of the order example is needed: without it, a run that uses all of the app fails.

The run checks what people would notice: results, failures and their undoing, large values, log lines, traces, that a
state machine can be deployed again, and that functions can start.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from examples.orders.app import Item, Order, app, fulfil
from portable_faas.errors import OrchestrationFailed
from tests.infra.deployed import Grant, Place, deployed, grants, needed, without

LARGE = "A-" + "1" * 300_000  # more than a state machine holds, and in every value: all of them go through S3
FUNCTIONS = ("charge", "fulfil", "refund", "release", "reserve", "ship")  # the machine is called as one of them
MACHINE = "orders-emulated-fulfil"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with deployed(app, max_events=200) as opened:
        yield opened


async def everything(place: Place) -> None:
    """All that the order example can do."""
    with place.watched(FUNCTIONS, ["fulfil"]):
        assert await ended(place, "Norway") == ("Completed", "shipped")
        assert await ended(place, "Atlantis") == ("Failed", "undone")
        assert await ended(place, "Norway", "A-1", 40) == ("Completed", "shipped")  # more than one execution can record
        with place.without_time("reserve"):  # it ends without a word, so the function of `fulfil` itself has to go on
            assert await ended(place, "Norway") == ("Failed", "undone")
    place.deploy_again("fulfil")


async def ended(place: Place, country: str, id: str = LARGE, items: int = 1) -> tuple[str, object]:
    """How an order ends, and its last status."""
    handle = await place.client.start(fulfil, Order(id, [Item("desk", 1, 24900)] * items, "4929-1234", country))
    with suppress(OrchestrationFailed):
        await handle.result()
    status = await handle.status()
    return status.status, status.custom_status


async def test_with_every_statement_it_runs(place: Place) -> None:
    await everything(place)


@pytest.mark.full
async def test_every_statement_is_needed(place: Place) -> None:
    assert len(grants(place)) == 30
    wrong = await needed(place, everything, SIGNS)
    assert not wrong, "\n".join(wrong)
    place.account.emulator.cool()
    await everything(place)


SIGNS = {  # what shows that a statement is not there
    "Logs": re.compile("logged nothing"),
    "Traces": re.compile("not traced as it should be"),
    "BucketValues": re.compile(r"'Failed'"),
    "Functions": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "Start": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "TableInstances": re.compile(r"'Failed', None\) == \('Completed', 'shipped'"),
    "LogDelivery": re.compile("The state machine IAM Role is not authorized to access the Log Destination"),
    "trust": re.compile(r"'Failed'|may not act as"),
}


async def test_a_function_that_the_machine_may_not_call_is_named(place: Place) -> None:
    with without(place, Grant(f"{MACHINE}-states", "grants", "Functions")):
        handle = await place.client.start(fulfil, Order("A-1", [], "4929-1234", "Norway"))
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
    assert "not authorized to perform: lambda:InvokeFunction on resource" in failed.value.message
