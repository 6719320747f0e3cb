"""A declaration that the import of the app refuses is told at its place, in the form of every other problem."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pfaas

HEAD = """from portable_faas import App, Context, Retry

app = App("shop")
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "@app.orchestrator\nasync def main(ctx: Context, a: int, b: int) -> int:\n    return a\n",
            "5:1: PF002 the orchestrator `main` takes the context and at most one input; put several inputs in a",
        ),
        (
            "@app.orchestrator\ndef main(ctx: Context) -> int:\n    return 1\n",
            "5:1: PF002 the orchestrator `main` is a plain `def`; write `async def main`",
        ),
        (
            "@app.entity\nclass Counter:\n    value: int\n",
            "6:5: PF002 the attribute `value` of the entity `Counter` has no default; write what a fresh key",
        ),
        (
            "@app.entity\nclass Counter:\n    n: int = 0\n    async def add(self) -> int:\n        return 1\n",
            "7:5: PF002 the operation `add` of the entity `Counter` is an `async def`; write a plain `def`",
        ),
        (
            "@app.activity\ndef charge(n: int) -> int: ...\n@app.activity\ndef charge(n: int) -> int: ...\n",
            "7:1: PF002 the app already has a function named `charge`; rename one of them",
        ),
        (
            "ämne = 1; orders = app.queue('No Name', int)\n",
            "4:20: PF002 the name of a queue is 2 to 40 lower-case letters, digits and single hyphens and starts with",
        ),
        (
            "@app.activity(retry=Retry(attempts=3), memory=5)\ndef charge(n: int) -> int: ...\n",
            "4:2: PF002 memory is a whole number of MiB from 128 to 10240, not 5; correct the declaration at",
        ),
        (
            "@app.schedule(cron='* *')\ndef tick() -> None: ...\n",
            "4:2: PF002 a cron expression has five fields",
        ),
    ],
)
def test_a_wrong_declaration_has_its_place(pfaas: Pfaas, shop: Path, text: str, told: str) -> None:
    (shop / "shop" / "app.py").write_text(HEAD + text, encoding="utf-8")
    for command in ("check", "run"):
        ran = pfaas(command, "shop.app:app")
        assert ran.code == 2
        assert ran.err.startswith(f"shop/app.py:{told}"), ran.err


def test_every_problem_of_the_file_is_told_at_once(pfaas: Pfaas, shop: Path) -> None:
    broken = "@app.orchestrator\nasync def main(ctx: Context) -> None:\n    print(1)\napp.queue('A', int)\n"
    (shop / "shop" / "app.py").write_text(HEAD + broken, encoding="utf-8")
    ran = pfaas("check", "shop.app:app", "--json")
    assert ran.code == 2
    assert [(each["line"], each["code"]) for each in ran.json] == [(6, "PF012"), (7, "PF002")]


def test_a_declaration_in_another_module_has_its_place(pfaas: Pfaas, shop: Path) -> None:
    (shop / "shop" / "stock.py").write_text("from shop.app import app\n\napp.bucket('No')\n", encoding="utf-8")
    (shop / "shop" / "app.py").write_text(f"{HEAD}from shop import stock\n", encoding="utf-8")
    assert pfaas("check", "shop.app:app").err.startswith("shop/stock.py:3:1: PF002 the name of a bucket is")


def test_an_error_of_the_programs_own_is_no_declaration(pfaas: Pfaas, shop: Path) -> None:
    (shop / "shop" / "app.py").write_text(f"{HEAD}int('x')\n", encoding="utf-8")
    assert pfaas("check", "shop.app:app").err.startswith(
        "pfaas: shop/app.py:4: the import of shop.app failed: ValueErr"
    )
