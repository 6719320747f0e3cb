"""Puts the commands together and turns our errors into one line and an exit code."""

import sys
from typing import Annotated, Final

import typer

from portable_faas.cli import (
    build,
    check,
    cost,
    deploy,
    dev,
    explain,
    graph,
    manage,
    new,
    openapi,
    providers,
    run,
    status,
)
from portable_faas.cli.refusal import Refusal
from portable_faas.errors import CompileError, NotInstalled, NotSupported, PortableFaasError, ProviderNotFound

EPILOG: Final = (
    "Exit codes: 0 done, 1 the orchestration failed, 2 the program or the call is wrong, 3 something is missing here."
)

cli: Final = typer.Typer(
    name="pfaas",
    help="Functions and durable orchestrations in plain Python: check them, run them, see what they did.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli.command("new")(new.new)
cli.command("check")(check.check)
cli.command("run")(run.run)
cli.command("dev")(dev.dev)
cli.command("openapi")(openapi.openapi)
cli.command("build")(build.build)
cli.command("deploy")(deploy.deploy)
cli.command("destroy")(deploy.destroy)
cli.command("cost")(cost.cost)
cli.command("explain")(explain.explain)
cli.command("graph")(graph.graph)
cli.command("status")(status.status)
cli.command("raise")(manage.raise_event)
cli.command("terminate")(manage.terminate)
cli.command("suspend")(manage.suspend)
cli.command("resume")(manage.resume)
cli.command("rerun")(manage.rerun)
cli.command("purge")(manage.purge)
cli.command("list")(status.listed)
cli.command("history")(status.history)
cli.command("providers")(providers.providers)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"pfaas {version('portable-faas')}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before the command."""


def main() -> None:
    """Run the command line; the entry point of ``pfaas``."""
    try:
        cli()
    except CompileError as refused:
        sys.exit(_say(str(refused), 2))
    except Refusal as refused:
        sys.exit(_say(f"pfaas: {refused}", refused.exit_code))
    except (NotInstalled, ProviderNotFound) as missing:
        sys.exit(_say(f"pfaas: {missing}", 3))
    except NotSupported as missing:
        sys.exit(_say(f"pfaas: {missing}", 2))
    except PortableFaasError as wrong:
        sys.exit(_say(f"pfaas: {wrong}", 2))
    except KeyboardInterrupt:
        sys.exit(_say("pfaas: interrupted", 130))


def _say(text: str, exit_code: int) -> int:
    print(text, file=sys.stderr)
    return exit_code
