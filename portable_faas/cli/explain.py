"""``pfaas explain``: what an engine makes of an orchestrator, line by line, with the reasons and the costs."""

from typing import TYPE_CHECKING, Annotated

import typer

from portable_faas.cli.shown import HELP, Shown

if TYPE_CHECKING:
    from portable_faas.picture import Picture


def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP] [ORCHESTRATOR]", help="module:variable (default: the configured app); default: every one."
        ),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")] = None,
    show: Annotated[Shown, typer.Option("--show", help=HELP)] = Shown.failures,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list on stdout.")] = False,
) -> None:
    """Explain line by line where an orchestrator runs, why there, and what it costs."""
    # Loaded here, so that the other commands start without a compiler.
    from portable_faas.cli.pictures import quoted, taken
    from portable_faas.cli.screen import keep_stdout, print_json
    from portable_faas.picture.lines import document

    pictures = taken(words or [], on, show)
    if as_json:
        print_json([document(picture, quoted(picture)) for picture in pictures])
        return
    stdout = keep_stdout()
    stdout.write("\n".join(_text(picture) for picture in pictures))
    stdout.flush()


def _text(picture: "Picture") -> str:
    from portable_faas.cli.pictures import told

    return "".join(f"{line}\n" for line in told(picture))
