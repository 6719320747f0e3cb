"""``pfaas cost``: a month on every cloud, side by side, from what a run here uses and a table of prices."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portable_faas.cli.refusal import Refusal

if TYPE_CHECKING:
    from portable_faas.app import App, Orchestrator
    from portable_faas.cost import Assumptions, Bill, Line, Pricer
    from portable_faas.manifest import Manifest


def cost(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
    ] = None,
    month: Annotated[
        list[str] | None,
        typer.Option("--month", metavar="NAME=RUNS", help="Runs of an orchestrator in a month: fulfil=1e6."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="NAME=JSON|@FILE", help="The input that its usage is measured with."),
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="How long an activity takes.", min=0.001)] = 0.2,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
) -> None:
    """Price a month on the clouds: each orchestrator is run once on their emulators, and what it used is counted."""
    from portable_faas.cli import check, loading
    from portable_faas.cli.screen import print_json, screen
    from portable_faas.cost import Assumptions, pricers

    declared = loading.load(app)
    check.refuse_unchecked(declared)
    runs = {name: _runs(name, text) for name, text in _pairs(month or []).items()}
    if not runs:
        raise Refusal("how often? say it with --month NAME=RUNS, as in --month fulfil=1e6")
    inputs = _inputs(declared, runs, _pairs(given or []))
    found = pricers()
    if not found:
        raise Refusal("no prices are installed; pip install 'portable-faas[infra]'", 3)
    bills = [_bill(declared, on, one, runs, inputs, Assumptions(seconds)) for on, one in found.items()]
    if as_json:
        print_json([_document(bill) for bill in bills])
        return
    for bill in bills:
        _show(bill)
    screen().print(f"prices of {bills[0].as_of}; with * no page of the cloud was seen: check before you rely on it")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise Refusal(f"say NAME=VALUE, not {text!r}")
        pairs[name] = value
    return pairs


def _runs(name: str, text: str) -> float:
    try:
        runs = float(text)
    except ValueError:
        runs = -1
    if not 0 < runs < 1e15:
        raise Refusal(f"--month {name}: runs are a number above 0, as 1e6, not {text!r}")
    return runs


def _inputs(app: "App", runs: Mapping[str, float], given: Mapping[str, str]) -> dict[str, Any]:
    from portable_faas.cli import loading
    from portable_faas.cli.given import value_for

    for name in given:
        if name not in runs:
            raise Refusal(f"--input {name}: --month does not name {name}")
    orchestrators = {name: loading.orchestrator_named(app, name) for name in runs}
    return {name: value_for(one, given.get(name)) for name, one in orchestrators.items()}


def _bill(
    app: "App",
    on: str,
    pricer: "Pricer",
    runs: Mapping[str, float],
    inputs: Mapping[str, Any],
    assumed: "Assumptions",
) -> "Bill":
    from portable_faas.cli.screen import screen
    from portable_faas.cost import Work

    work = []
    for name, count in runs.items():
        usage = _measured(app.orchestrators[name], on, inputs[name])
        told = ", ".join(f"{number} {unit.replace('_', ' ')}" for unit, number in usage.items())
        screen().print(f"{on}: one run of {name} is {told}", markup=False, style="dim")
        work.append(Work(name, count, usage))
    return pricer.bill(_manifest(app, on), work, assumed)


def _measured(orchestrator: "Orchestrator[Any, Any]", on: str, value: Any) -> Mapping[str, int]:
    """What a bill counts for one run, on the emulated cloud and its virtual clock."""
    import asyncio

    from portable_faas.cli.given import LEFT_OUT
    from portable_faas.testing import running

    async def run() -> Mapping[str, int]:
        async with running(orchestrator.app, on=on) as client:
            handle = await client.start(orchestrator, *(() if value is LEFT_OUT else (value,)))
            await handle.result()
            return await handle.usage()

    return asyncio.run(run())


def _manifest(app: "App", on: str) -> "Manifest":
    import sys
    from tempfile import TemporaryDirectory

    from portable_faas.cli import loading
    from portable_faas.provider import Target, get_provider

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with TemporaryDirectory(prefix="pfaas-") as folder:
        target = Target(loading.settings(), version, Path(folder) / "dist", emulated=True)
        return get_provider(on).build(app, target, lambda _: None)


def _document(bill: "Bill") -> dict[str, Any]:
    return {
        "cloud": bill.cloud,
        "region": bill.region,
        "as_of": bill.as_of,
        "usd": round(bill.usd, 4),
        "lines": [_line(line) for line in bill.lines],
        "assumed": list(bill.assumed),
    }


def _line(line: "Line") -> dict[str, Any]:
    price = line.price
    return {
        "what": price.what,
        "quantity": line.quantity,
        "unit": price.unit,
        "free": price.free,
        "usd": round(line.usd, 4),
        "price": {"usd": price.usd, "per": price.per, "source": price.source, "confirmed": price.confirmed},
        "cheaper": line.cheaper,
    }


def _show(bill: "Bill") -> None:
    from rich.table import Table

    from portable_faas.cli.screen import screen

    table = Table("", "quantity", "free", "USD a month", title=f"{bill.cloud} ({bill.region})", title_justify="left")
    for line in bill.lines:
        price = line.price
        name = price.what + ("" if price.confirmed else " *")
        table.add_row(name, f"{line.quantity:,.0f} {price.unit}", f"{price.free:,.0f}", f"{line.usd:,.2f}")
    table.add_section()
    table.add_row("together", "", "", f"{bill.usd:,.2f}")
    screen().print(table)
    for line in bill.dearest:
        screen().print(f"  {line.price.what}, {line.usd:,.2f}: {line.cheaper}", markup=False)
    screen().print(f"  assumed: {'; '.join(bill.assumed)}", markup=False, style="dim")
