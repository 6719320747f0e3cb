"""Carries out what ``pfaas raise`` and its like ask for."""

import asyncio
from typing import Any, Final

from portable_faas.app import App
from portable_faas.cli import loading
from portable_faas.cli.given import json_given
from portable_faas.cli.reaching import reach, refused
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import screen
from portable_faas.client import Handle
from portable_faas.context.ids import check_id

DONE: Final = {
    "terminate": "terminated",
    "suspend": "suspended",
    "resume": "resumed",
    "rerun": "runs again",
    "purge": "purged",
}


def manage(words: list[str], on: str | None, at: str | None, action: str, arguments: tuple[str, ...]) -> None:
    """Do ``action`` to every instance that ``words`` name, and say so."""
    app, ids = _split(words)

    async def act(handle: Handle[Any]) -> None:
        await getattr(handle, action)(*arguments)
        screen().print(f"{handle.instance_id} {DONE[action]}")

    for instance_id in ids:
        _with(app, instance_id, on, at, act)


def raise_one(words: list[str], data: str | None, event_id: str | None, on: str | None, at: str | None) -> None:
    """Raise one event for one instance, and say so."""
    app, rest = _split(words)
    if len(rest) != 2:
        raise Refusal("name one instance and one event: pfaas raise [APP] INSTANCE NAME")
    instance_id, name = rest
    given = None if data is None else json_given(data, "data")

    async def act(handle: Handle[Any]) -> None:
        await handle.raise_event(name, given, id=event_id)
        screen().print(f"{handle.instance_id} has the event {name}")

    _with(app, instance_id, on, at, act)


def _split(words: list[str]) -> tuple[App, list[str]]:
    named, rest = (words[0], words[1:]) if loading.is_app(words[0]) else (None, words)
    if not rest:
        raise Refusal("name an instance")
    return loading.load(named), rest


def _with(app: App, instance_id: str, on: str | None, at: str | None, act: Any) -> None:
    with refused():
        check_id(instance_id)
        asyncio.run(_act(app, instance_id, on, at, act))


async def _act(app: App, instance_id: str, on: str | None, at: str | None, act: Any) -> None:
    # Nothing else goes on while this command runs, and what goes on here is taken up again by the next run.
    async with reach(app, on, at, resume={instance_id}) as client:
        await act(await client.find(instance_id))
