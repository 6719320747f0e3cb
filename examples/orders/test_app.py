"""The order example as it will run; `pytest --on local,azure,aws` names the engines."""

import pytest

from examples.orders.app import CardDeclined, Item, NoCarrier, Order, OutOfStock, Receipt, app, fulfil
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running

DESK = Item("desk", 1, 24900)
LAMPS = Item("lamp", 2, 3950)


def order(*items: Item, card: str = "4929-1234", country: str = "Norway") -> Order:
    return Order("A-1", list(items), card, country)


async def failure(cloud: str, wrong: Order) -> tuple[BaseException | None, list[str], object]:
    """The error that ended the order, the names of its steps, and its last status."""
    async with running(app, on=cloud) as client:
        handle = await client.start(fulfil, wrong)
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
        steps = [event.name for event in await handle.history() if event.kind == "Scheduled"]
        status = await handle.status()
        return failed.value.__cause__, steps, status.custom_status


async def test_an_order_is_shipped(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(fulfil, order(DESK, LAMPS))
        assert await handle.result() == Receipt("A-1", "payment-A-1", "parcel-A-1", 32800)
        assert (await handle.status()).custom_status == "shipped"


async def test_nothing_is_charged_when_an_item_is_missing(cloud: str) -> None:
    error, steps, status = await failure(cloud, order(DESK, Item("chair", 2, 9900)))
    assert isinstance(error, OutOfStock)
    assert str(error) == "only 1 of chair left"
    assert steps == ["reserve", "reserve", "release"]
    assert status == "undone"


async def test_a_declined_card_frees_the_stock_in_reverse(cloud: str) -> None:
    error, steps, _ = await failure(cloud, order(DESK, LAMPS, card="4929-0000"))
    assert isinstance(error, CardDeclined)
    assert steps == ["reserve", "reserve", "charge", "release", "release"]


async def test_the_money_goes_back_when_nobody_delivers(cloud: str) -> None:
    error, steps, _ = await failure(cloud, order(LAMPS, country="Atlantis"))
    assert isinstance(error, NoCarrier)
    assert steps == ["reserve", "charge", "ship", "refund", "release"]


def test_a_total_is_plain_python() -> None:
    assert order(DESK, LAMPS).total_cents() == 32800
