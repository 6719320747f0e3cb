"""``pfaas openapi``: the OpenAPI 3.1 document of the app's routes."""

from typing import Annotated

import typer


def openapi(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
    ] = None,
) -> None:
    """Print the OpenAPI 3.1 document of the app as JSON on stdout."""
    # Loaded here, so that the other commands start without it.
    import json

    from portable_faas.cli import loading
    from portable_faas.cli.check import refuse_unchecked
    from portable_faas.cli.screen import keep_stdout
    from portable_faas.triggers.http.openapi import document
    from portable_faas.triggers.http.router import Router

    declared = loading.load(app)
    refuse_unchecked(declared)
    stdout = keep_stdout()
    made = document(Router(declared.functions.values()), declared.http)
    stdout.write(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    stdout.flush()
