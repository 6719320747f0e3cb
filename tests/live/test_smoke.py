"""The smoke test against the emulated clouds in the place of live ones, and what it says when something is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from portable_faas_aws.client.cloud import BUCKET, TABLE
from portable_faas_aws.emulated import EmulatedAccount
from portable_faas_azure.emulator import folder, process

from examples.smoke.app import app
from tests.live import aws, azure
from tests.live.cases import CASES, Outcome
from tests.live.report import Missing, Row, line, table
from tests.live.smoke import compared, main, opened

QUICK = [case for case in CASES if case.orchestrator.name not in ("timer", "side_by_side")]


@pytest.mark.slow
async def test_the_durable_http_api_ends_every_program_as_the_embedded_engine(tmp_path: Path, azurite: str) -> None:
    built = folder.write(app, tmp_path)
    host = await process.start(built, azurite, f"smoke{os.getpid()}", real_time=True)
    try:
        live = azure.Live({azure.URL: host.url, azure.KEY: host.key})
        rows = await compared(live, CASES)
    finally:
        await host.close()
    assert [(row.live, row.case.orchestrator.name) for row in rows] == [
        (row.local, row.case.orchestrator.name) for row in rows
    ]
    assert rows[0].live == Outcome("Completed", 96)
    assert rows[3].live.error["message"] == 'no "day"\nat all: ü'
    assert {row.case.orchestrator.name: row.live.output for row in rows}["side_by_side"] is True


@pytest.mark.slow
async def test_an_account_ends_every_program_as_the_embedded_engine(tmp_path: Path) -> None:
    account = EmulatedAccount(app, f"{sys.version_info.major}.{sys.version_info.minor}", True)
    try:
        outputs = tmp_path / "outputs.json"
        resources = {TABLE: account.table, BUCKET: account.bucket}
        outputs.write_text(json.dumps({"machines": dict(account.machines), "resources": resources}))
        live = aws.Live({aws.REGION: "eu-central-1", aws.OUTPUTS: str(outputs)}, account.client)
        rows = await compared(live, QUICK)
    finally:
        account.close()
    assert [row.live for row in rows] == [row.local for row in rows]


@pytest.mark.parametrize("on", ["azure", "aws"])
def test_without_its_variables_it_names_them_and_ends_with_3(on: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PFAAS_LIVE", "AWS_"))}
    command = [sys.executable, "-m", "tests.live.smoke", on]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert f"not run on {on}: deploy examples/smoke" in done.stderr
    for name in {"azure": azure, "aws": aws}[on].NEEDED:
        assert f"  {name}: " in done.stderr
    assert done.stdout == ""


def test_an_app_that_does_not_answer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("azure", {azure.URL: "http://127.0.0.1:1", azure.KEY: "k"}) == 3
    assert "http://127.0.0.1:1/runtime/webhooks/durabletask/" in capsys.readouterr().err


def test_a_file_of_outputs_that_lacks_something_is_said(tmp_path: Path) -> None:
    file = tmp_path / "outputs.json"
    file.write_text('{"machines": {}}')
    with pytest.raises(Missing, match=r"have no resources\.bucket:values, resources\.table:instances"):
        opened("aws", {aws.REGION: "r", aws.OUTPUTS: str(file)})


def test_the_report_shows_what_differs() -> None:
    equal, other = Outcome("Completed", 96), Outcome("Failed", None, {})
    rows = [Row(CASES[0], equal, equal, 1.0), Row(CASES[1], equal, other, 2.0)]
    told = table(rows, "azure")
    assert "chain         yes" in told
    assert "fan_out       NO" in told
    assert "azure  ('Failed', None, {}, None)" in told
    assert "azure, here | 1 of 2 programs ended as on the embedded engine; differing: fan_out" in line(
        rows, "azure", "here"
    )
