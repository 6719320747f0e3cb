"""Renders the generated pages of docs/reference from the code: the commands, the public names, the diagnostics."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from typer.cli import get_docs_for_click
from typer.main import get_command

import portable_faas
from portable_faas import errors, testing
from portable_faas.app import Activity, Orchestrator
from portable_faas.cli.main import cli
from portable_faas.client import Client, ErrorInfo, Handle, HistoryEvent, Status
from portable_faas.compiler.reference import diagnostics_page
from portable_faas.manifest.reference import manifest_page

FOLDER: Final = Path(__file__).parent / "reference"
NOTE: Final = "<!-- made by `make docs`; change the code instead -->\n\n"


def cli_page() -> str:
    """Every command with its options."""
    import typer

    command = get_command(cli)
    context = typer.Context(command, info_name="pfaas")
    return NOTE + get_docs_for_click(obj=command, ctx=context, name="pfaas").strip() + "\n"


def api_page() -> str:
    """The public names with their signatures and docstrings."""
    lines = ["# Public names", ""]
    for name in portable_faas.__all__:
        lines += _entry(f"portable_faas.{name}", getattr(portable_faas, name))
    for declared in (Activity, Orchestrator, Client, Handle, Status, HistoryEvent, ErrorInfo):
        lines += _entry(declared.__name__, declared)
    for name in testing.__all__:
        lines += _entry(f"portable_faas.testing.{name}", getattr(testing, name))
    lines += ["## portable_faas.errors", "", "```text", inspect.getdoc(errors) or "", "```", ""]
    return NOTE + "\n".join(lines)


def _entry(title: str, value: Any) -> Iterator[str]:
    yield from (f"## {title}", "", f"`{_signature(value)}`", "", inspect.getdoc(value) or "", "")
    if inspect.isclass(value):
        for name, member in inspect.getmembers(value):
            if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                yield from (f"**`{_signature(member, name)}`**: {inspect.getdoc(member)}", "")


def _signature(value: Any, name: str = "") -> str:
    if isinstance(value, property):
        return name
    text = str(inspect.signature(value)).replace("(self, ", "(").replace("(self)", "()").partition(" -> ")[0]
    for long in ("portable_faas.app.", "portable_faas.context.", "portable_faas.client.", "portable_faas.provider."):
        text = text.replace(long, "")
    return f"{name or value.__name__}{_without_annotations(text)}"


def _without_annotations(text: str) -> str:
    """Parameter names and short defaults only; the types stand in the code."""
    depth, kept, skipping = 0, "", False
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == ":" and depth == 1:
            skipping = True
        if (depth == 1 and character == ",") or depth == 0:
            skipping = False
        if depth == 1 and character == "=":
            skipping, kept = False, kept.rstrip()
        if not skipping:
            kept += character
    return re.sub(r"<object object[^>]*>", "...", kept.replace("= ", "=")).replace("<class 'Exception'>", "Exception")


PAGES: Final[dict[str, Callable[[], str]]] = {
    "cli.md": cli_page,
    "api.md": api_page,
    "diagnostics.md": diagnostics_page,
    "manifest.md": lambda: NOTE + manifest_page(),
}


def main() -> None:
    """Write every generated page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
