"""``pfaas deploy`` and ``pfaas destroy``: an app on a cloud, and gone from it again."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from portable_faas.cli.refusal import Refusal

if TYPE_CHECKING:
    from portable_faas.deployer import Stage

T = TypeVar("T")
_APP = typer.Argument(metavar="[APP]", help="module:variable; default: the configured app.")
_STAGE = typer.Option("--stage", metavar="STAGE", help="As dev or prod; stages live side by side.")
_SET = typer.Option("--set", metavar="NAME=VALUE", help="A setting of the deployment; aws:region=eu-west-1 for others.")
_OUT = typer.Option("--out", metavar="FOLDER", help="Where the build is.")


def deploy(
    app: Annotated[str | None, _APP] = None,
    stage: Annotated[str, _STAGE] = "dev",
    on: Annotated[str | None, typer.Option("--on", metavar="CLOUD", help="aws or azure.")] = None,
    out: Annotated[Path, _OUT] = Path("dist"),
    given: Annotated[list[str] | None, _SET] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Tell what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outputs on stdout.")] = False,
) -> None:
    """Build the app and bring it to a cloud."""
    from portable_faas.cli.build import build
    from portable_faas.cli.screen import print_json
    from portable_faas.deployer import get_deployer

    deployer = get_deployer()
    deployer.check()
    wanted = _stage(app, stage, given or [])
    build(app, on, out)
    outputs = _or_refused(lambda: deployer.deploy(wanted, out.resolve(), _told, preview=preview))
    if as_json:
        print_json(dict(outputs))
    if not preview:
        _told(f"deployed {wanted.app} as {stage}")


def destroy(
    app: Annotated[str | None, _APP] = None,
    stage: Annotated[str, _STAGE] = "dev",
    out: Annotated[Path, _OUT] = Path("dist"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove an app from a cloud; what holds data has to be unprotected first."""
    from portable_faas.deployer import get_deployer

    deployer = get_deployer()
    deployer.check()
    wanted = _stage(app, stage, [])
    if not yes and not typer.confirm(f"remove all of {wanted.app} as {stage}?", err=True):
        raise Refusal("nothing was removed", 1)
    _or_refused(lambda: deployer.destroy(wanted, out.resolve(), _told))
    _told(f"removed {wanted.app} as {stage}")


def _or_refused(work: Callable[[], T]) -> T:
    from portable_faas.deployer import DeployError

    try:
        return work()
    except DeployError as failed:
        raise Refusal(str(failed), 1) from failed


def _stage(app: str | None, stage: str, given: list[str]) -> "Stage":
    from portable_faas.cli import loading
    from portable_faas.deployer import Stage

    settings = dict(_setting(text) for text in given)
    return Stage(loading.load(app).name, stage, loading.settings().folder, settings)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise Refusal(f"a setting is NAME=VALUE, not {text!r}")
    return name, value


def _told(line: str) -> None:
    typer.echo(line, err=True)
