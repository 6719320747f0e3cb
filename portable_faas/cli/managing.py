"""Carries out what ``pfaas raise`` and its like ask for."""

import asyncio
from pathlib import Path
from typing import Any, Final

from portable_faas.app import App
from portable_faas.cli import loading
from portable_faas.cli.given import json_given
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import screen
from portable_faas.client import Client, Handle
from portable_faas.context.ids import check_id
from portable_faas.errors import PortableFaasError
from portable_faas.local.store import StoreInUse
from portable_faas.provider import get_provider

DONE: Final = {
    "terminate": "terminated",
    "suspend": "suspended",
    "resume": "resumed",
    "rerun": "runs again",
    "purge": "purged",
}


def manage(words: list[str], on: str | None, store: str | None, action: str, arguments: tuple[str, ...]) -> None:
    """Do ``action`` to every instance that ``words`` name, and say so."""
    app, ids = _split(words)

    async def act(handle: Handle[Any]) -> None:
        await getattr(handle, action)(*arguments)
        screen().print(f"{handle.instance_id} {DONE[action]}")

    for instance_id in ids:
        _with(app, instance_id, on, store, act)


def raise_one(words: list[str], data: str | None, event_id: str | None, on: str | None, store: str | None) -> None:
    """Raise one event for one instance, and say so."""
    app, rest = _split(words)
    if len(rest) != 2:
        raise Refusal("name one instance and one event: pfaas raise [APP] INSTANCE NAME")
    instance_id, name = rest
    given = None if data is None else json_given(data, "data")

    async def act(handle: Handle[Any]) -> None:
        await handle.raise_event(name, given, id=event_id)
        screen().print(f"{handle.instance_id} has the event {name}")

    _with(app, instance_id, on, store, act)


def _split(words: list[str]) -> tuple[App, list[str]]:
    named, rest = (words[0], words[1:]) if loading.is_app(words[0]) else (None, words)
    if not rest:
        raise Refusal("name an instance")
    return loading.load(named), rest


def _with(app: App, instance_id: str, on: str | None, store: str | None, act: Any) -> None:
    try:
        check_id(instance_id)
        asyncio.run(_act(app, instance_id, on or loading.settings().cloud, store, act))
    except StoreInUse as taken:
        raise Refusal(str(taken), 3) from taken
    except (PortableFaasError, ValueError) as wrong:
        raise Refusal(str(wrong)) from wrong


async def _act(app: App, instance_id: str, engine: str, store: str | None, act: Any) -> None:
    options: dict[str, Any] = {}
    if engine == "local":
        # Nothing else goes on while this command runs, and what goes on here is taken up again by the next run.
        options = {"path": store or loading.default_store(app), "resume": {instance_id}}
        if not Path(options["path"]).exists():
            raise Refusal(f"there is no store {options['path']}; run something first, or name one with --store")
    async with Client(app, get_provider(engine).connect(app, **options)) as client:
        await act(await client.find(instance_id))
