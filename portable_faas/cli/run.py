"""``pfaas run``: start one orchestration, show its steps, print how it ended."""

from typing import Annotated, Literal

import typer


def run(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[APP] ORCHESTRATOR", help="module:variable (default: the configured app) and the name."
        ),
    ],
    input: Annotated[
        str | None,
        typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="The input: JSON text, a file, or stdin."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON object on stdout.")] = False,
    instance_id: Annotated[str | None, typer.Option("--id", help="The instance id (default: a new one).")] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="FILE", help="local: the SQLite file, or :memory:.")
    ] = None,
    fast_forward: Annotated[
        bool, typer.Option("--fast-forward", help="local: skip over durable timers; nothing is kept afterwards.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the log, tracebacks of activities too.")
    ] = False,
    if_exists: Annotated[
        Literal["raise", "return"],
        typer.Option("--if-exists", help="With the --id of a live instance: refuse, or wait for that one."),
    ] = "raise",
) -> None:
    """Run one orchestration and wait for its end."""
    # Loaded here, so that the other commands start without an engine.
    from portable_faas.cli import check, execution, loading
    from portable_faas.cli.given import value_for
    from portable_faas.cli.progress import show_end
    from portable_faas.cli.screen import print_json

    app, (name,) = loading.app_and_rest(words, ["ORCHESTRATOR"])
    orchestrator = loading.orchestrator_named(app, name)
    check.refuse_unchecked(app)
    chosen = execution.Chosen(on or loading.settings().cloud, store, fast_forward, instance_id, if_exists)
    execution.log(verbose)
    outcome = execution.execute(orchestrator, value_for(orchestrator, input), chosen)
    if as_json:
        print_json(outcome)
    else:
        show_end(outcome)
    raise typer.Exit(0 if outcome["status"] == "Completed" else 1)
