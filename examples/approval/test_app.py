"""The approval example as it will run; `pytest --on local,azure,aws` names the engines."""

from examples.approval.app import DAY, Decision, Expense, app, approve
from portable_faas.testing import running

EXPENSE = Expense("E-1", 12000, ["ann", "bob"])


async def test_an_approval_pays(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(approve, EXPENSE)
        await client.advance(3600)
        assert (await handle.status()).custom_status == "waiting for ann"
        await handle.raise_event("decision", Decision("ann", "approved"))
        assert await handle.result() == "paid 120.00 for E-1"


async def test_silence_is_escalated(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(approve, EXPENSE)
        await client.advance(DAY + 60)
        assert (await handle.status()).custom_status == "waiting for bob"
        await handle.raise_event("decision", Decision("bob", "refused", "too dear"))
        assert await handle.result() == "refused by bob: too dear"


async def test_silence_of_all_is_a_refusal(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(approve, EXPENSE)
        assert await handle.result() == "refused: nobody answered"
        status = await handle.status()
        assert (status.updated_at - status.created_at).total_seconds() >= 2 * DAY
