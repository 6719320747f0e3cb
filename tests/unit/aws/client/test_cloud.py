"""Connecting to a deployed app: the same client on an account that is found by the outputs of its stack."""

import sys
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.cloud import BUCKET, TABLE, CloudAccount
from portable_faas_aws.emulated import EmulatedAccount

from portable_faas import App, Context, connect
from portable_faas.client import Client
from portable_faas.errors import NotSupported, OrchestrationFailed

app = App("connected")


@app.activity
def double(n: int) -> int:
    if n > 100:
        raise ValueError("too much")
    return 2 * n


@app.orchestrator
async def twice(ctx: Context, n: int) -> int:
    return await double(await double(n))


@pytest.mark.slow
async def test_a_client_drives_what_was_deployed() -> None:
    account = EmulatedAccount(app, f"{sys.version_info.major}.{sys.version_info.minor}", True)
    try:
        outputs = {"machines": account.machines, "resources": {TABLE: account.table, BUCKET: account.bucket}}
        cloud = CloudAccount(outputs, account.client)
        client = Client(app, AccountBackend(app, lambda: cloud))
        handle = await client.start(twice, 3)
        assert await handle.result(timeout=60) == 12
        assert await handle.usage() == account.usage(str(account_execution(account)))
        with pytest.raises(OrchestrationFailed, match="too much"):
            await (await client.start(twice, 101)).result(timeout=60)
        with pytest.raises(NotSupported, match="time is real"):
            await client.advance(1)
    finally:
        account.close()


def account_execution(account: EmulatedAccount) -> Any:
    """The one execution there is."""
    machine = account.machines["twice"]
    (found,) = account.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return found["executionArn"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "have no machines, resources.bucket:values, resources.table:instances"),
        ("missing.json", "missing.json cannot be read as JSON"),
    ],
)
def test_wrong_outputs_are_named(given: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        connect(app, on="aws", outputs=given)


def test_outputs_are_needed() -> None:
    with pytest.raises(NotSupported, match="pulumi stack output --json"):
        connect(app, on="aws")


def test_a_file_of_outputs_must_be_an_object(tmp_path: Path) -> None:
    (tmp_path / "outputs.json").write_text("[]")
    with pytest.raises(ValueError, match="are no JSON object"):
        connect(app, on="aws", outputs=tmp_path / "outputs.json")


def test_nothing_is_asked_of_aws_before_the_first_request() -> None:
    outputs = {"machines": {}, "resources": {TABLE: "t", BUCKET: "b"}}
    assert connect(app, on="aws", outputs=outputs, region="eu-north-1") is not None
