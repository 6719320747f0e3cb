"""Looks at the instances of an app and shows them as tables or JSON."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from portable_faas.app import App
from portable_faas.cli import loading
from portable_faas.cli.reaching import reach, refused
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import compact, print_json, screen
from portable_faas.client import HistoryEvent, Status
from portable_faas.context.ids import check_id
from portable_faas.errors import NotSupported

STYLES: Final = {"Completed": "green", "Failed": "red", "Terminated": "yellow"}


class Filters(NamedTuple):
    """What ``pfaas list`` shows; None leaves a filter out."""

    orchestrator: str | None = None
    status: str | None = None
    prefix: str | None = None
    since: datetime | None = None
    limit: int | None = None


def show(words: list[str], on: str | None, at: str | None, limit: int, as_json: bool) -> None:
    """Print the instances, or the one that ``words`` name."""
    app, instance_id = _split(words)
    if instance_id is None:
        _show_list(app, Filters(limit=limit), on, at, as_json)
        return
    with refused():
        row, events = asyncio.run(_look(app, instance_id, on, at))
    if as_json:
        told = None if isinstance(events, str) else [_json(event) for event in events]
        print_json({**_json(row), "history": told})
    else:
        _show(row, events)


def show_list(named: str | None, filters: Filters, on: str | None, at: str | None, as_json: bool) -> None:
    """Print the instances that match."""
    _show_list(loading.load(named), filters, on, at, as_json)


def show_history(words: list[str], on: str | None, at: str | None, as_json: bool) -> None:
    """Print the events of one instance."""
    app, instance_id = _split(words)
    if instance_id is None:
        raise Refusal("name an instance")
    with refused():
        _, events = asyncio.run(_look(app, instance_id, on, at))
    if isinstance(events, str):
        raise Refusal(events)
    if as_json:
        print_json([_json(event) for event in events])
    else:
        screen().print(_events(events))


def _show_list(app: App, filters: Filters, on: str | None, at: str | None, as_json: bool) -> None:
    with refused():
        found = asyncio.run(_list(app, filters, on, at))
    if as_json:
        print_json([_json(row) for row in found])
    else:
        _table(found)


def _split(words: list[str]) -> tuple[App, str | None]:
    if words and loading.is_app(words[0]):
        return loading.load(words[0]), words[1] if len(words) > 1 else None
    return loading.load(None), words[0] if words else None


async def _list(app: App, filters: Filters, on: str | None, at: str | None) -> list[Status]:
    since = filters.since.replace(tzinfo=UTC) if filters.since and filters.since.tzinfo is None else filters.since
    async with reach(app, on, at, read_only=True) as client:
        return list(await client.list(**{**filters._asdict(), "since": since}))


async def _look(app: App, instance_id: str, on: str | None, at: str | None) -> tuple[Status, list[HistoryEvent] | str]:
    """The instance and its history, or why that cannot be told."""
    async with reach(app, on, at, read_only=True) as client:
        handle = await client.find(check_id(instance_id))
        try:
            return await handle.status(), await handle.history()
        except NotSupported as unseen:
            return await handle.status(), str(unseen)


def _json(row: Status | HistoryEvent) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(row).items()}


def _table(found: list[Status]) -> None:
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(Column("instance", no_wrap=True, min_width=max((len(row.instance_id) for row in found), default=0)))
    for title in ("orchestrator", "status", "started", "took", "result"):
        table.add_column(title, no_wrap=True)
    for row in found:
        result = f"{row.error.type}: {row.error.message}" if row.error else compact(row.output)
        took = f"{(row.updated_at - row.created_at).total_seconds():.3f} s"
        started = f"{row.created_at.astimezone():%m-%d %H:%M:%S}"
        table.add_row(
            row.instance_id, row.orchestrator, Text(row.status, STYLES.get(row.status, "")), started, took, Text(result)
        )
    screen().print(table if found else "no instances")


def _show(row: Status, history: list[HistoryEvent] | str) -> None:
    from rich.table import Table

    facts = Table(show_header=False, box=None)
    for name, value in _json(row).items():
        facts.add_row(name, value if isinstance(value, str) else compact(value))
    screen().print(facts)
    screen().print(history if isinstance(history, str) else _events(history))


def _events(history: list[HistoryEvent]) -> Any:
    from rich.table import Table

    events = Table("time", "event", "step", "branch", "name", "data")
    for event in history:
        events.add_row(
            f"{event.at:%H:%M:%S.%f}"[:-3], event.kind, str(event.step), event.fiber, event.name, compact(event.data)
        )
    return events
