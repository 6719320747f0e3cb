"""``pfaas status``: the instances of an app, or one of them with its history."""

from datetime import datetime
from typing import Annotated

import typer

from portable_faas.cli.where import At, On


def status(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP] [INSTANCE]", help="module:variable (default: the configured app), an instance id."
        ),
    ] = None,
    on: On = None,
    at: At = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many instances to list.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Show what the instances of an app are doing."""
    # Loaded here, so that the other commands start without a client.
    from portable_faas.cli.listing import show

    show(words or [], on, at, limit, as_json)


def listed(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured.")
    ] = None,
    orchestrator: Annotated[str | None, typer.Option("--orchestrator", help="Only its instances.")] = None,
    wanted: Annotated[str | None, typer.Option("--status", help="Only those in this status.")] = None,
    prefix: Annotated[str | None, typer.Option("--prefix", help="Only ids that begin so.")] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="Only those started since then (UTC).")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 20,
    on: On = None,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List instances, newest first, by any filters."""
    from portable_faas.cli.listing import Filters, show_list

    show_list(app, Filters(orchestrator, wanted, prefix, since, limit), on, at, as_json)


def history(
    words: Annotated[list[str], typer.Argument(metavar="[APP] INSTANCE", help="The instance whose history to show.")],
    on: On = None,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Show what an instance has done so far."""
    from portable_faas.cli.listing import show_history

    show_history(words, on, at, as_json)
