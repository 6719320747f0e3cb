"""raise, terminate, suspend, resume, rerun, purge, list, history, and check --against: real processes on a store."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pfaas, Ran

APP = """
from pathlib import Path
from portable_faas import App, Context

app = App("approvals")


@app.activity
def fetch() -> str:
    if not Path("ready").exists():
        raise OSError("not ready")
    return "fetched"


@app.orchestrator(suspendable=True)
async def approve(ctx: Context, name: str) -> str:
    return f"{name}: {await ctx.wait_for_event('decision', str)}"


@app.orchestrator
async def fetching(ctx: Context) -> str:
    return await fetch()


@app.orchestrator
async def begin(ctx: Context, names: list[str]) -> None:
    for name in names:
        await approve.start(name, instance_id=name)
"""


@pytest.fixture
def approvals(shop: Path, pfaas: Pfaas) -> Pfaas:
    (shop / "approvals.py").write_text(APP)

    def run(command: str, *words: str) -> Ran:
        return pfaas(command, "approvals:app", *words)

    assert run("run", "begin", "--input", '["ann", "bob"]').code == 0
    return run


def status(run: Pfaas, name: str) -> str:
    text: str = run("status", name, "--json").json["status"]
    return text


def test_an_event_from_the_command_line_ends_a_wait(approvals: Pfaas) -> None:
    ran = approvals("raise", "ann", "decision", "--data", '"yes"')
    assert (ran.code, ran.err.strip()) == (0, "ann has the event decision")
    assert approvals("status", "ann", "--json").json["output"] == "ann: yes"
    kinds = [event["kind"] for event in approvals("history", "ann", "--json").json]
    assert kinds == ["EventAwaited", "EventRaised"]


def test_an_event_needs_a_live_instance_and_a_name(approvals: Pfaas) -> None:
    assert "there is no instance nobody" in approvals("raise", "nobody", "decision").err
    assert "name one instance and one event" in approvals("raise", "ann").err
    assert "data: not JSON at line 1" in approvals("raise", "ann", "decision", "--data", "{").err
    approvals("terminate", "ann", "--reason", "enough")
    ran = approvals("raise", "ann", "decision")
    assert (ran.code, ran.err.strip()) == (2, "pfaas: instance ann has finished")


def test_suspend_resume_terminate_purge(approvals: Pfaas) -> None:
    assert approvals("suspend", "ann", "bob").err.splitlines() == ["ann suspended", "bob suspended"]
    assert status(approvals, "ann") == "Suspended"
    assert approvals("resume", "ann").code == 0
    assert status(approvals, "ann") == "Running"
    refused = approvals("purge", "ann")
    assert (refused.code, "still live" in refused.err) == (2, True)
    assert approvals("terminate", "ann", "bob", "--reason", "enough").code == 0
    assert approvals("purge", "ann").err.strip() == "ann purged"
    listed = approvals("list", "--orchestrator", "approve", "--status", "Terminated", "--json").json
    assert [row["instance_id"] for row in listed] == ["bob"]
    assert (
        "suspendable=True"
        in approvals("suspend", [row["instance_id"] for row in approvals("list", "--json").json][-1]).err
    )


def test_rerun_does_the_failed_step_again(approvals: Pfaas, shop: Path) -> None:
    assert approvals("run", "fetching", "--id", "one").code == 1
    (shop / "ready").touch()
    assert approvals("rerun", "one").code == 0
    ended = approvals("run", "fetching", "--id", "one", "--if-exists", "return", "--json")
    assert ended.json["output"] == "fetched"
    assert "only a failed one" in approvals("rerun", "one").err


def test_check_against_a_store_names_what_cannot_go_on(approvals: Pfaas, shop: Path) -> None:
    store = str(shop / ".portable_faas" / "approvals.db")
    assert approvals("check", "--against", store).code == 0
    (shop / "approvals.py").write_text(APP.replace("'decision'", "'verdict'"))
    ran = approvals("check", "--against", store)
    assert ran.code == 2
    assert "instance ann cannot go on with this program: step 1: the history records EventAwaited decision" in ran.err
    assert "2 unfinished; let it end on the old code" in ran.err
    assert "there is no store nothing.db" in approvals("check", "--against", "nothing.db").err
