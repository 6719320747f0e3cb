"""The phone verification example as it will run; `pytest --on local,azure,aws` names the engines."""

from examples.phone_verification.app import Outcome, app, send_code, verify
from portable_faas.testing import running

PHONE = "+47 555 0123"


async def outcome(cloud: str, *typed: str) -> Outcome:
    async with running(app, on=cloud) as client:
        handle = await client.start(verify, PHONE)
        for number, code in enumerate(typed):
            await handle.raise_event("typed", code, id=str(number))
        return await handle.result()


async def test_the_right_code_at_the_second_try(cloud: str) -> None:
    assert await outcome(cloud, "0000", send_code.fn(PHONE)) == Outcome(verified=True, tries=2)


async def test_three_wrong_codes(cloud: str) -> None:
    assert await outcome(cloud, "1", "2", "3") == Outcome(verified=False, tries=3)


async def test_no_answer_in_three_minutes(cloud: str) -> None:
    assert await outcome(cloud, "1") == Outcome(verified=False, tries=0)
