"""``pfaas dev``: serve the app on this machine, and start it anew when a file changes."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from portable_faas.app import App


def dev(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
    ] = None,
    on: Annotated[str, typer.Option("--on", metavar="ENGINE", help="local; the clouds' shapes come later.")] = "local",
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

    if on != "local":
        raise Refusal(f"pfaas dev serves on local in this release, not on {on}")
    if reload:
        from portable_faas.cli.reloading import supervise

        given = [app] if app else []
        options = ["--on", on, "--host", host, "--port", str(port), *(["--store", store] if store else [])]
        again = [sys.executable, "-m", "portable_faas", "dev", *given, *options, "--no-reload"]
        raise typer.Exit(supervise([*again, *(["--verbose"] if verbose else [])]))
    _serve(loading.load(app), host, port, store, verbose)


def _serve(app: "App", host: str, port: int, store: str | None, verbose: bool) -> None:
    import asyncio

    from portable_faas.cli import loading
    from portable_faas.cli.check import refuse_unchecked
    from portable_faas.cli.screen import screen
    from portable_faas.cli.serving import log_requests, table
    from portable_faas.local.backend import LocalBackend
    from portable_faas.local.server import listening, serve

    refuse_unchecked(app)
    log_requests(verbose)
    path = store or loading.default_store(app).replace(".db", ".dev.db")
    listener = listening(host, port)

    def ready(origin: str) -> None:
        screen().print(table(app))
        screen().print(f"serving {app.name} on {origin} (Ctrl-C stops)", markup=False)

    with listener:
        asyncio.run(serve(LocalBackend(app, path=path), listener, ready))
