"""`pfaas explain` and `pfaas graph`."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests.unit.cli.conftest import Pfaas


def test_explain_tells_every_line(pfaas: Pfaas) -> None:
    ran = pfaas("explain", "shop.app:app", "fulfil", "--on", "aws")
    assert (ran.code, ran.err) == (0, "")
    assert "return await charge(order)" in ran.out
    assert "charge: activity charge (1 transition, 1 lambda invocation)" in ran.out
    assert "cheapest way to a result: 1 transition, 1 lambda invocation (charge)" in ran.out


def test_explain_without_a_name_tells_every_orchestrator(pfaas: Pfaas) -> None:
    told = pfaas("explain", "shop.app:app", "--on", "aws", "--json").json
    assert [each["orchestrator"] for each in told] == ["fulfil", "nap"]
    (straight,) = [each["straight"] for each in told if each["orchestrator"] == "nap"]
    assert straight["states"][-1] == "sleep (line 33) (2)"
    assert straight["cost"]["lambda_invocations"] == 1
    lines = {line["line"]: line for line in told[1]["lines"]}
    assert lines[33]["text"].strip() == "await ctx.sleep(3600)"
    assert lines[33]["states"] == ["sleep (line 33)", "sleep (line 33) (2)"]


def test_failures_can_be_left_out(pfaas: Pfaas) -> None:
    whole = pfaas("explain", "shop.app:app", "fulfil", "--on", "aws", "--json").json[0]
    calm = pfaas("explain", "shop.app:app", "fulfil", "--on", "aws", "--show", "straight", "--json").json[0]
    assert {state["name"] for state in whole["states"]} == {"charge", "Fail"}
    assert {state["name"] for state in calm["states"]} == {"charge"}


def test_graph_prints_mermaid(pfaas: Pfaas) -> None:
    ran = pfaas("graph", "shop.app:app", "fulfil", "--on", "aws")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[3] == "flowchart TD"


def test_graph_writes_svg(pfaas: Pfaas, shop: Path) -> None:
    ran = pfaas("graph", "shop.app:app", "nap", "--on", "aws", "--format", "svg", "-o", "nap.svg")
    assert (ran.code, ran.out, ran.err.strip()) == (0, "", "drew nap on aws: nap.svg")
    assert "nap on aws" in "".join(ElementTree.parse(shop / "nap.svg").getroot().itertext())


def test_what_cannot_be_drawn_is_refused(pfaas: Pfaas) -> None:
    ran = pfaas("graph", "shop.app:app", "--on", "aws")
    assert (ran.code, ran.out) == (2, "")
    assert "which orchestrator?" in ran.err
    assert "did you mean fulfil?" in pfaas("explain", "shop.app:app", "fulfill", "--on", "aws").err
    ran = pfaas("graph", "shop.app:app", "nap", "--on", "aws", "-o", "no/such/folder.svg")
    assert (ran.code, ran.err.strip()) == (3, "pfaas: cannot write no/such/folder.svg: No such file or directory")
