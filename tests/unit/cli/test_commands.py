"""The other commands: new, check, status, providers."""

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.cli.conftest import Pfaas

GOOD = '{"id": 1, "price": 9.5}'


def test_status_lists_and_shows_what_ran(pfaas: Pfaas) -> None:
    for name in ("one", "two"):
        pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--id", name)
    listed = pfaas("status", "shop.app:app", "--json").json
    assert [(row["instance_id"], row["status"]) for row in listed] == [("two", "Completed"), ("one", "Completed")]
    shown = pfaas("status", "shop.app:app", "one", "--json").json
    assert [event["kind"] for event in shown["history"]] == ["Scheduled", "Completed"]
    assert "receipt 1" in pfaas("status", "shop.app:app").err
    assert "Scheduled" in pfaas("status", "shop.app:app", "one").err


def test_status_refuses_what_is_not_there(pfaas: Pfaas) -> None:
    assert "there is no store" in pfaas("status", "shop.app:app").err
    pfaas("run", "shop.app:app", "fulfil", "-i", GOOD)
    ran = pfaas("status", "shop.app:app", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no instance nobody" in ran.err


def test_check_accepts_a_good_program(pfaas: Pfaas) -> None:
    ran = pfaas("check", "shop.app:app")
    assert (ran.code, ran.out, ran.err.strip()) == (0, "", "no problems")


def test_check_prints_a_warning_and_accepts(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    endless = (
        "\n@app.orchestrator\nasync def watch(ctx: Context) -> None:\n    while True:\n        await ctx.sleep(60)\n"
    )
    path.write_text(path.read_text() + endless)
    for target in ("shop.app:app", "shop/app.py"):
        ran = pfaas("check", target, "--json")
        assert ran.code == 0
        assert [(one["line"], one["code"], one["severity"]) for one in ran.json] == [(38, "PF090", "warning")]
        told = pfaas("check", target).err.splitlines()
        assert told[0].startswith("shop/app.py:38:5: PF090 warning: this loop never ends")
        assert told[-1] == "no problems, 1 warning"
    assert pfaas("run", "shop.app:app", "fulfil", "-i", GOOD).code == 0


def test_check_lists_every_problem_of_a_file(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    path.write_text(
        path.read_text()
        + "\nimport random, time\n\n@app.orchestrator\nasync def bad(ctx: Context) -> float:\n"
        + "    print('hello')\n    return time.time() + random.random()\n"
    )
    for target in ("shop.app:app", "shop/app.py"):
        ran = pfaas("check", target, "--json")
        assert ran.code == 2
        assert [(problem["path"], problem["line"]) for problem in ran.json] == [
            ("shop/app.py", 40),
            ("shop/app.py", 41),
            ("shop/app.py", 41),
        ]
    assert "shop/app.py:40:5: PF" in pfaas("check", "shop.app:app").err


def test_check_refuses_an_unreadable_file(pfaas: Pfaas) -> None:
    ran = pfaas("check", "nothere.py")
    assert (ran.code, ran.err.strip()) == (2, "pfaas: cannot read nothere.py: No such file or directory")


def test_providers_are_listed(pfaas: Pfaas) -> None:
    assert [row["name"] for row in pfaas("providers", "--json").json] == ["aws", "azure", "local"]
    assert "embedded engine" in pfaas("providers").err


def test_new_makes_an_app_that_checks_runs_and_tests(pfaas: Pfaas, shop: Path) -> None:
    assert pfaas("new", "greetings").code == 0
    folder = shop / "greetings"
    assert pfaas("check", cwd=folder).code == 0
    assert pfaas("run", "greet_all", "--input", "@input.json", "--json", cwd=folder).json["output"] == [
        "Hello, Ada!",
        "Hello, Grace!",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    tested = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert tested.returncode == 0, tested.stdout
    assert "1 passed" in tested.stdout


def test_new_writes_into_nothing_that_exists(pfaas: Pfaas, shop: Path) -> None:
    assert pfaas("new", "shop").code == 2
    assert pfaas("new", "a/b").code == 2
    assert (shop / "shop" / "app.py").exists()


def test_help_names_every_command_and_the_exit_codes(pfaas: Pfaas) -> None:
    shown = pfaas("--help").out
    for word in ("new", "check", "run", "status", "providers", "Exit codes"):
        assert word in shown


def test_a_broken_configuration_is_named(pfaas: Pfaas, shop: Path) -> None:
    (shop / "portable.toml").write_text("app = [")
    assert "portable.toml: not TOML" in pfaas("run", "fulfil").err
    (shop / "portable.toml").write_text('colour = "red"')
    assert "there is no setting 'colour'" in pfaas("run", "fulfil").err


def test_json_of_status_is_json(pfaas: Pfaas) -> None:
    pfaas("run", "shop.app:app", "fulfil", "-i", GOOD, "--store", "x.db")
    assert json.loads(pfaas("status", "shop.app:app", "--store", "x.db", "--json").out)
