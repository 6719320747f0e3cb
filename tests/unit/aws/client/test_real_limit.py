"""A run of more events than AWS keeps of an execution, with the limit that AWS has."""

import sys

import pytest
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.executions import Executions
from portable_faas_aws.emulated import EmulatedAccount

from portable_faas import App, Context

app = App("real_limit")
ROUNDS = 3800


@app.activity
def same(number: int) -> int:
    return number


@app.orchestrator
async def main(ctx: Context, rounds: int) -> int:
    total = 0
    for number in range(rounds):
        total += await same(number)
    return total


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_a_loop_of_more_than_25_000_events() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    account = EmulatedAccount(app, version, real_time=False)
    try:
        backend = AccountBackend(app, lambda: account)
        await backend.start(app.orchestrators["main"], str(ROUNDS), "real", "raise")
        assert (await backend.finished("real", None)).output == str(sum(range(ROUNDS)))
        recorded = Executions(account).recorded(backend._instance("real"))
        counted = [len(events) for events in recorded.values()]
        assert len(counted) == 2
        assert 20_000 < counted[0] <= 25_000
    finally:
        account.close()
