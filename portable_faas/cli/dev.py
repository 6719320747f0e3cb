"""``pfaas dev``: serve the app on this machine, and start it anew when a file changes."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from portable_faas.app import App


def dev(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
    ] = None,
    on: Annotated[str, typer.Option("--on", metavar="ENGINE", help="local, or a cloud's shape: azure, aws.")] = "local",
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 is any free one.")] = 8000,
    store: Annotated[str | None, typer.Option("--store", metavar="FILE", help="The SQLite file, or :memory:.")] = None,
    reload: Annotated[bool, typer.Option("--reload/--no-reload", help="Start anew when a file changes.")] = True,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show more of the log.")] = False,
) -> None:
    """Serve the app: its routes, schedules, queues, topics and buckets."""
    # Loaded here, so that the other commands start without a server.
    from portable_faas.cli import loading
    from portable_faas.cli.refusal import Refusal

    if store is not None and on != "local":
        raise Refusal(f"--store is for local; {on} keeps what it holds in its own storage")
    if reload:
        from portable_faas.cli.reloading import supervise

        given = [app] if app else []
        options = ["--on", on, "--host", host, "--port", str(port), *(["--store", store] if store else [])]
        again = [sys.executable, "-m", "portable_faas", "dev", *given, *options, "--no-reload"]
        raise typer.Exit(supervise([*again, *(["--verbose"] if verbose else [])]))
    _serve(loading.load(app), on, host, port, store, verbose)


def _serve(app: "App", on: str, host: str, port: int, store: str | None, verbose: bool) -> None:
    import asyncio

    from portable_faas.cli import loading
    from portable_faas.cli.check import refuse_unchecked
    from portable_faas.cli.screen import screen
    from portable_faas.cli.serving import log_requests, table
    from portable_faas.local.server import listening
    from portable_faas.provider import get_provider

    refuse_unchecked(app)
    log_requests(verbose)
    path = {"path": store or loading.default_store(app).replace(".db", ".dev.db")} if on == "local" else {}
    provider, listener = get_provider(on), listening(host, port)

    def ready(origin: str) -> None:
        screen().print(table(app))
        screen().print(f"serving {app.name} on {origin} (Ctrl-C stops)", markup=False)

    with listener:
        asyncio.run(_serving(provider.emulate(app, real_time=True, **path), listener, ready))


async def _serving(emulated: Any, listener: "socket", ready: "Callable[[str], None]") -> None:
    from portable_faas.errors import NotSupported
    from portable_faas.local.server import serve
    from portable_faas.triggers.serving import Serving

    async with emulated as backend:
        if not isinstance(backend, Serving):
            raise NotSupported("this engine does not run functions with triggers in this release; use --on local")
        await serve(backend, listener, ready)
