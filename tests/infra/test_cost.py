"""What a month costs: quantities from usage, free grants, prices with their sources; and the command."""

import json
import os
import re
import subprocess
import sys

import pytest
from portable_faas_infra.cost import prices
from portable_faas_infra.cost.aws import bill as aws_bill
from portable_faas_infra.cost.azure import bill as azure_bill

from portable_faas.cost import Assumptions, Line, Price, Work, pricers
from portable_faas.manifest import Function, Manifest, Package
from tests.infra.building import ROOT

PACKAGE = Package("app.zip", "0" * 64, 1, 1)
MANIFEST = Manifest(
    "orders",
    "aws",
    "3.12",
    "0" * 64,
    (Function("charge", "activity", "h.charge", "app.zip", 512), Function("fulfil", "orchestrator", "h.f", "app.zip")),
    (PACKAGE,),
)
MILLION = 1e6


def test_aws_counts_transitions_calls_and_time() -> None:
    work = [Work("fulfil", MILLION, {"transitions": 9, "lambda_invocations": 4})]
    made = aws_bill(MANIFEST, work, Assumptions(seconds=1.0, logged=2000))
    found = {line.price.what: (line.quantity, round(line.usd, 2)) for line in made.lines}
    assert found == {
        "Step Functions": (9e6, 224.9),  # (9,000,000 - 4,000) at 25 a million
        "Lambda requests": (4e6, 0.6),
        "Lambda time, x86_64": (4e6 * 384 / 1024, round((1.5e6 - 400_000) * 0.0000166667, 2)),
        "DynamoDB writes": (1e6, 0.62),
        "DynamoDB reads": (1e6, 0.12),
        "CloudWatch logs": (8.0, 1.5),
        "X-Ray": (1e6, 4.5),
    }
    assert [line.price.what for line in made.dearest] == ["Step Functions", "Lambda time, x86_64", "X-Ray"]


def test_arm_has_a_price_of_its_own() -> None:
    manifest = MANIFEST._replace(packages=(PACKAGE._replace(architecture="arm64"),))
    made = aws_bill(manifest, [Work("fulfil", 1, {"lambda_invocations": 1})], Assumptions())
    assert "Lambda time, arm64" in {line.price.what for line in made.lines}


def test_traces_are_sampled_above_one_a_second() -> None:
    made = aws_bill(MANIFEST, [Work("fulfil", 12_592_000, {})], Assumptions())
    assert {line.price.what: line.quantity for line in made.lines}["X-Ray"] == 2_592_000 + 500_000


def test_azure_counts_executions_time_and_transactions() -> None:
    work = [Work("fulfil", MILLION, {"orchestrator_turns": 5, "activity_executions": 4})]
    made = azure_bill(MANIFEST, work, Assumptions(seconds=0.2, logged=1000))
    found = {line.price.what: (line.quantity, round(line.usd, 2)) for line in made.lines}
    assert found == {
        "Functions, executions": (9e6, 3.5),
        "Functions, time (Flex)": (2 * (4e6 * 0.2 + 5e6 * 0.05), 52.0),
        "Storage queues": (3e6 + 24e6 + 1.3e6, 11.32),
        "Storage tables": (17e6, 0.61),
        "Application Insights": (9.0, 9.2),
    }


def test_several_orchestrators_share_what_is_free() -> None:
    both = [Work("a", 2_000, {"transitions": 2}), Work("b", 1_000, {"transitions": 1})]
    made = aws_bill(MANIFEST, both, Assumptions())
    assert made.lines[0].quantity == 5_000
    assert made.lines[0].usd == pytest.approx(0.025)


def test_what_is_free_costs_nothing_and_is_not_among_the_dearest() -> None:
    line = Line(Price("x", "y", 1.0, 1, 100, "here"), 100, "nothing")
    assert line.usd == 0
    made = aws_bill(MANIFEST, [Work("fulfil", 10, {"transitions": 9})], Assumptions())
    assert all(line.usd > 0 for line in made.dearest)


def test_every_price_has_a_source_and_the_table_a_date() -> None:
    rows = [value for value in vars(prices).values() if isinstance(value, Price)] + list(prices.GB_SECONDS.values())
    assert len(rows) == 13
    assert all(len(row.source) > 10 for row in rows)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", prices.AS_OF)


def test_both_clouds_are_installed() -> None:
    assert list(pricers()) == ["aws", "azure"]


def pfaas(*words: str) -> tuple[int, str, str]:
    environment = {**os.environ, "PFAAS_AZURE_STORAGE": "memory"}
    done = subprocess.run(
        [sys.executable, "-m", "portable_faas", "cost", *words],
        capture_output=True,
        text=True,
        cwd=ROOT / "examples/orders",
        env=environment,
        timeout=110,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_the_command_runs_each_orchestrator_once_and_prices_it() -> None:
    code, out, err = pfaas("app:app", "--month", "fulfil=1e6", "--input", "fulfil=@input.json", "--json")
    assert code == 0, err
    bills = {bill["cloud"]: bill for bill in json.loads(out)}
    assert set(bills) == {"aws", "azure"}
    transitions = next(line for line in bills["aws"]["lines"] if line["what"] == "Step Functions")
    assert transitions["quantity"] >= 5e6
    assert transitions["usd"] == pytest.approx((transitions["quantity"] - 4000) * 25e-6)
    assert bills["azure"]["usd"] == pytest.approx(sum(line["usd"] for line in bills["azure"]["lines"]), abs=0.01)
    assert "aws: one run of fulfil is " in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("app:app",), "pfaas: how often? say it with --month NAME=RUNS, as in --month fulfil=1e6"),
        (("app:app", "--month", "fulfil"), "pfaas: say NAME=VALUE, not 'fulfil'"),
        (
            ("app:app", "--month", "fulfil=often"),
            "pfaas: --month fulfil: runs are a number above 0, as 1e6, not 'often'",
        ),
        (
            ("app:app", "--month", "fulfill=1"),
            "pfaas: app 'orders' has no orchestrator 'fulfill'; did you mean fulfil?",
        ),
        (("app:app", "--month", "fulfil=1"), "pfaas: orchestrator fulfil takes an input 'order'; pass --input"),
        (("app:app", "--month", "fulfil=1", "-i", "ship=1"), "pfaas: --input ship: --month does not name ship"),
    ],
)
def test_a_wrong_call_is_one_line(words: tuple[str, ...], told: str) -> None:
    assert pfaas(*words) == (2, "", told + "\n")
