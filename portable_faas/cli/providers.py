"""``pfaas providers``: the installed engines and what each can do in this release."""

from typing import Annotated

import typer


def providers(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list on stdout.")] = False,
) -> None:
    """List the installed engines."""
    from portable_faas.cli.screen import print_json, screen
    from portable_faas.provider import installed

    found = [{"name": provider.name, "summary": provider.summary} for provider in installed().values()]
    if as_json:
        print_json(found)
        return
    from rich.table import Table

    table = Table("name", "what it is")
    for row in found:
        table.add_row(row["name"], row["summary"])
    screen().print(table)
