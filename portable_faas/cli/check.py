"""``pfaas check``: every problem of the program, each with its place and what to write instead."""

from pathlib import Path
from typing import Annotated

import typer

from portable_faas.app import App
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import print_json
from portable_faas.errors import CompileError, Diagnostic


def check(
    apps: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP]...", help="module:variable, or a file.py to check unimported; default: the configured app."
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="STORE", help="Also check that its unfinished instances can go on."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as a JSON list on stdout.")] = False,
) -> None:
    """Check that the program means the same on every engine."""
    found: list[Diagnostic] = []
    for named in apps or ():
        found += _problems(named)
    if not apps:
        found += _problems(None)
    if as_json:
        print_json([problem._asdict() for problem in found])
    for problem in found if not as_json else ():
        typer.echo(str(problem), err=True)
    warnings = sum(problem.severity == "warning" for problem in found)
    errors, also = len(found) - warnings, f", {_counted(warnings, 'warning')}" if warnings else ""
    if errors:
        typer.secho(f"{_counted(errors, 'problem')}{also}", err=True, bold=True, fg="red")
        raise typer.Exit(2)
    if against is not None:
        _refuse_unreplayable(apps[0] if apps else None, against)
    typer.secho(f"no problems{also}", err=True, fg="yellow" if warnings else "green")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _refuse_unreplayable(named: str | None, store: Path) -> None:
    """Exit with 2 and a line for each unfinished instance of ``store`` that the program cannot go on with."""
    from portable_faas.cli import loading
    from portable_faas.local.against import unreplayable

    if not store.is_file():
        raise Refusal(f"there is no store {store}")
    found = unreplayable(loading.load(named), str(store))
    for instance_id, why in found:
        typer.echo(f"instance {instance_id} cannot go on with this program: {why}", err=True)
    if found:
        remedy = "let it end on the old code, or branch on ctx.version where the program changed"
        typer.secho(f"{len(found)} unfinished; {remedy}", err=True, bold=True, fg="red")
        raise typer.Exit(2)


def refuse_unchecked(app: App) -> None:
    """``CompileError`` with every problem of the program."""
    from portable_faas import compiler

    if problems := compiler.check(app):
        raise CompileError(problems)


def _problems(named: str | None) -> tuple[Diagnostic, ...]:
    from portable_faas import compiler
    from portable_faas.cli import loading

    if named is not None and named.endswith(".py"):
        try:
            text = Path(named).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise Refusal(f"cannot read {named}: {_reason(wrong)}") from wrong
        return compiler.check_source(text, named) + compiler.advise_source(text, named)
    try:
        app = loading.load(named)
    except CompileError as refused:
        return refused.diagnostics
    return compiler.check(app) + compiler.advise(app)


def _reason(wrong: OSError | UnicodeDecodeError) -> str:
    return wrong.strerror or str(wrong) if isinstance(wrong, OSError) else f"not UTF-8 at byte {wrong.start}"
