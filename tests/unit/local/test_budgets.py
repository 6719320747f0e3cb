"""The counted budgets that bench/engine.py prints: commits, rows and memory."""

import asyncio

import pytest

from bench.engine import Measured, app, chain, idle_bytes, run_chain, run_fan, run_ones
from portable_faas.client import Client
from portable_faas.local.backend import LocalBackend


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_a_dependent_step_is_one_commit(synchronous: str) -> None:
    assert Measured(run_chain, 300, synchronous).commits == 300 + 1  # and the start


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_a_fan_out_of_1000_is_a_handful_of_commits(synchronous: str) -> None:
    assert Measured(run_fan, 1000, synchronous).commits <= 5


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_1000_instances_of_one_step_share_commits(synchronous: str) -> None:
    assert Measured(run_ones, 1000, synchronous).commits <= 100


async def test_a_finished_instance_leaves_two_rows_per_step() -> None:
    async with Client(app, LocalBackend(app)) as client:
        handle = await client.start(chain, 100)
        await handle.result()
        assert len(await handle.history()) == 200


def test_an_idle_instance_is_kilobytes() -> None:
    assert asyncio.run(idle_bytes(3000)) <= 6 * 1024
