"""``pfaas status``: the instances of an app, or one of them with its history."""

from typing import Annotated

import typer


def status(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP] [INSTANCE]", help="module:variable (default: the configured app), an instance id."
        ),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")] = None,
    store: Annotated[str | None, typer.Option("--store", metavar="FILE", help="local: the SQLite file.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many instances to list.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Show what the instances of an app are doing."""
    # Loaded here, so that the other commands start without a client.
    from portable_faas.cli.listing import show

    show(words or [], on, store, limit, as_json)
