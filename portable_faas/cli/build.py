"""``pfaas build``: what a deployment needs, written into a folder: packages, state machines, the manifest."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from portable_faas.cli.refusal import Refusal


def build(
    app: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="CLOUD", help="aws or azure.")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to write; made if need be.")] = Path(
        "dist"
    ),
    python: Annotated[
        str | None,
        typer.Option("--python", metavar="VERSION", help="As 3.12; default: the configured one, else this one."),
    ] = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Resolve the requirements anew instead of as in the last build.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest on stdout.")] = False,
) -> None:
    """Build the app for a cloud."""
    # Loaded here, so that the other commands start without a provider.
    from portable_faas.cli import loading
    from portable_faas.cli.check import refuse_unchecked
    from portable_faas.cli.screen import keep_stdout
    from portable_faas.manifest import render
    from portable_faas.package.problem import PackageError
    from portable_faas.provider import Target, get_provider

    declared, found = loading.load(app), loading.settings()
    provider = get_provider(on or found.cloud)
    refuse_unchecked(declared)
    version = python or found.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        made = provider.build(declared, Target(found, version, out, upgrade), lambda told: typer.echo(told, err=True))
    except PackageError as wrong:
        raise Refusal(str(wrong), 3 if wrong.lacking else 2) from wrong
    if as_json:
        stdout = keep_stdout()
        stdout.write(render(made))
        stdout.flush()
    size = sum(package.size for package in made.packages)
    typer.echo(
        f"built {made.app} for {made.cloud}: {len(made.functions)} functions, {size:,} bytes, in {out}", err=True
    )
