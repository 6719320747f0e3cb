"""`pfaas run` as people and scripts meet it: real processes, every wrong call one clear line."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pfaas

GOOD = '{"id": 1, "price": 9.5}'


def test_json_is_all_there_is_on_stdout(pfaas: Pfaas) -> None:
    ran = pfaas("run", "shop.app:app", "fulfil", "--input", GOOD, "--json", "--id", "one")
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert ran.json == {
        "instance_id": "one",
        "status": "Completed",
        "output": "receipt 1",
        "error": None,
        "usage": {"steps": 1, "activity_executions": 1},
    }
    assert "printed by the activity" in ran.err


def test_people_see_steps_and_result_on_stderr(pfaas: Pfaas) -> None:
    ran = pfaas("run", "shop.app:app", "fulfil", "--input", GOOD)
    assert (ran.code, ran.out) == (0, "")
    assert '✓ charge({"id": 1, "price": 9.5}) → "receipt 1"' in ran.err
    assert "Completed" in ran.err


def test_a_failing_orchestration_exits_with_1(pfaas: Pfaas) -> None:
    ran = pfaas("run", "shop.app:app", "fulfil", "--input", '{"id": 1, "price": 101.0}', "--json")
    assert ran.code == 1
    assert ran.json["status"] == "Failed"
    assert ran.json["output"] is None
    assert ran.json["error"] == {"type": "shop.app.Declined", "message": "101.0 is too much"}


def test_input_from_a_file_and_from_stdin(pfaas: Pfaas, shop: Path) -> None:
    (shop / "order.json").write_text(GOOD)
    assert pfaas("run", "shop.app:app", "fulfil", "--input", "@order.json", "--json").json["output"] == "receipt 1"
    assert pfaas("run", "shop.app:app", "fulfil", "--input", "-", "--json", stdin=GOOD).json["output"] == "receipt 1"


def test_the_app_may_come_from_the_configuration(pfaas: Pfaas, shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.portable-faas]\napp = "shop.app:app"\n')
    assert pfaas("run", "fulfil", "-i", GOOD, "--json").code == 0
    deeper = shop / "deeper"
    deeper.mkdir()
    assert pfaas("run", "fulfil", "-i", GOOD, "--json", cwd=deeper).code == 0


def test_durable_timers_can_be_skipped(pfaas: Pfaas) -> None:
    ran = pfaas("run", "shop.app:app", "nap", "--fast-forward", "--json")
    assert ran.json["output"] == "rested"


WRONG = [
    (["run", "shop.app:app", "fulfill", "-i", GOOD], "did you mean fulfil?"),
    (["run", "shop.app:app", "zzz", "-i", GOOD], "it has fulfil, nap"),
    (["run", "shop.app:app"], "which orchestrator?"),
    (["run", "fulfil", "-i", GOOD], "which app?"),
    (["run", "shop.app:other", "fulfil", "-i", GOOD], "shop.app has no app 'other'; it has app"),
    (["run", "shop.nothere:app", "fulfil", "-i", GOOD], "there is no module shop.nothere"),
    (["run", "nothere.py:app", "fulfil", "-i", GOOD], "there is no file nothere.py"),
    (["run", "shop.app:app", "fulfil", "nap", "-i", GOOD], "too many words: nap"),
    (["run", "shop.app:app", "fulfil"], "takes an input 'order'; pass --input"),
    (["run", "shop.app:app", "nap", "-i", "1"], "takes no input"),
    (["run", "shop.app:app", "fulfil", "-i", "{nope"], "input: not JSON at line 1 column 2"),
    (["run", "shop.app:app", "fulfil", "-i", ""], "input: not JSON at line 1 column 1"),
    (["run", "shop.app:app", "fulfil", "-i", '{"id": NaN}'], "input: not JSON"),
    (["run", "shop.app:app", "fulfil", "-i", '{"id": "1", "price": 2.0}'], "input: order.id: "),
    (["run", "shop.app:app", "fulfil", "-i", '{"id": 1}'], "input: order"),
    (["run", "shop.app:app", "fulfil", "-i", "@nothere.json"], "cannot read nothere.json: No such file or directory"),
    (["run", "shop.app:app", "fulfil", "-i", "@shop"], "cannot read shop: Is a directory"),
    (["run", "shop.app:app", "fulfil", "-i", GOOD, "--id", "a b"], "an instance id is 1 to 64"),
    (["run", "shop.app:app", "fulfil", "-i", GOOD, "--fast-forward", "--store", "x.db"], "--store is for"),
]


@pytest.mark.parametrize(("words", "text"), WRONG, ids=[text for _, text in WRONG])
def test_a_wrong_call_is_one_clear_line_and_exit_code_2(pfaas: Pfaas, words: list[str], text: str) -> None:
    ran = pfaas(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert text in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("def broken(:", "shop/app.py:1:12: syntax error: "),
        ("import shop_needs_this", "shop/app.py:1: the import of shop.app failed: ModuleNotFoundError"),
        ("1 / 0", "shop/app.py:1: the import of shop.app failed: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "shop/app.py:1: the import of shop.app failed: SystemExit: 0"),
    ],
)
def test_an_app_that_cannot_be_imported_is_located(pfaas: Pfaas, shop: Path, line: str, text: str) -> None:
    (shop / "shop" / "app.py").write_text(line + "\n")
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD)
    assert ran.code == 2
    assert text in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_a_program_that_does_not_check_is_refused(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    path.write_text(
        path.read_text()
        + "\nimport time\n\n@app.orchestrator\nasync def bad(ctx: Context) -> float:\n    return time.time()\n"
    )
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("shop/app.py:40:12: PF")
    assert "ctx.now()" in ran.err


def test_what_the_program_prints_at_import_and_at_exit_is_not_data(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    noisy = "import atexit, os\nprint('at import')\nos.system('echo from a child')\natexit.register(print, 'at exit')\n"
    path.write_text(noisy + path.read_text())
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--json")
    assert ran.out.count("\n") == 1
    assert ran.json["status"] == "Completed"
    for text in ("at import", "from a child", "at exit"):
        assert text in ran.err
    assert pfaas("check", "shop.app:app", "--json").out == "[]\n"
    assert pfaas("status", "shop.app:app", "--json").json[0]["status"] == "Completed"


def test_ctrl_c_leaves_one_line_and_the_instance_can_go_on(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    path.write_text(path.read_text() + WAITER)
    words = [sys.executable, "-c", INTERRUPTIBLE, "run", "shop.app:app", "waits", "--id", "n"]
    process = subprocess.Popen(words, cwd=shop, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    wait_until((shop / "waiting").exists)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert err.strip().splitlines()[-1] == "pfaas: interrupted; instance n has not finished"
    other = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--json")
    assert other.code == 0
    assert "n is unfinished; --id n --if-exists return goes on with it" in other.err
    assert "still live" in pfaas("run", "shop.app:app", "waits", "--id", "n").err
    (shop / "go").touch()
    again = pfaas("run", "shop.app:app", "waits", "--id", "n", "--if-exists", "return", "--json")
    assert again.json["output"] == "went"


# A shell starts what it puts in the background with SIGINT ignored, and CI may be started so.
INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("portable_faas", run_name="__main__", alter_sys=True)
"""

WAITER = """
import time
from pathlib import Path


@app.activity
def wait_for_go() -> str:
    Path("waiting").touch()
    while not Path("go").exists():
        time.sleep(0.02)
    return "went"


@app.orchestrator
async def waits(ctx: Context) -> str:
    return await wait_for_go()
"""


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_unknown_provider_is_a_lack_of_the_machine(pfaas: Pfaas) -> None:
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--on", "gcp")
    assert ran.code == 3
    assert "no provider 'gcp' is installed (found: aws, azure, local)" in ran.err


def test_a_store_that_cannot_be_opened_is_a_lack_of_the_machine(pfaas: Pfaas, shop: Path) -> None:
    (shop / "file").write_text("")
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--store", "file/x.db")
    assert ran.code == 3
    assert "file/x.db" in ran.err


def test_a_file_that_is_no_store_is_refused(pfaas: Pfaas, shop: Path) -> None:
    (shop / "notes.txt").write_text("these are notes, not a database" * 100)
    ran = pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--store", "notes.txt")
    assert ran.code == 3
    assert "notes.txt" in ran.err
