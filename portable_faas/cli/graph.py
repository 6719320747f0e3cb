"""``pfaas graph``: draws what an engine makes of an orchestrator, with the names that it has there."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portable_faas.cli.refusal import Refusal
from portable_faas.cli.shown import HELP, Shown

if TYPE_CHECKING:
    from portable_faas.picture import Picture


class Format(StrEnum):
    """What is written."""

    mermaid = "mermaid"
    svg = "svg"


def graph(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP] [ORCHESTRATOR]", help="module:variable (default: the configured app); default: the only one."
        ),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")] = None,
    format: Annotated[Format, typer.Option("--format", help="A Mermaid flowchart, or a picture.")] = Format.mermaid,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write; default: stdout.")
    ] = None,
    show: Annotated[Shown, typer.Option("--show", help=HELP)] = Shown.failures,
) -> None:
    """Draw an orchestrator as the states that an engine makes of it."""
    # Loaded here, so that the other commands start without a compiler.
    from portable_faas.cli.pictures import taken
    from portable_faas.cli.screen import keep_stdout, screen

    (picture,) = taken(words or [], on, show, only=True)
    text = _drawn(picture, format)
    if out is None:
        stdout = keep_stdout()
        stdout.write(text)
        stdout.flush()
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as wrong:
        raise Refusal(f"cannot write {out}: {wrong.strerror or wrong}", 3) from wrong
    screen().print(f"drew {picture.orchestrator} on {picture.engine}: {out}", markup=False)


def _drawn(picture: "Picture", format: Format) -> str:
    if format == Format.svg:
        from portable_faas.picture.svg import svg

        return svg(picture)
    from portable_faas.picture.mermaid import mermaid

    return mermaid(picture)
