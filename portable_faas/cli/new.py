"""``pfaas new``: a small working app in a new folder, with a test."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer

from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import screen

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
FILES: Final = (
    "app.py",
    "test_app.py",
    "pyproject.toml",
    "README.md",
    "input.json",
    "infra/Pulumi.yaml",
    "infra/__main__.py",
)


def new(
    name: Annotated[str, typer.Argument(help="The app's name and the folder to make.")],
) -> None:
    """Make a folder with a small working app."""
    if not NAME.fullmatch(name):
        raise Refusal(f"an app name starts with a letter and has letters, digits, '-' and '_', not {name!r}")
    folder = Path(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{name} exists and is not an empty folder; choose another name")
    template = files("portable_faas.cli").joinpath("template")
    try:
        folder.mkdir(exist_ok=True)
        for file in FILES:
            text = template.joinpath(f"{file}.txt").read_text("utf-8")
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text.replace("{{name}}", name), "utf-8")
    except OSError as wrong:
        raise Refusal(f"cannot write {name}: {wrong.strerror or wrong}", 3) from wrong
    screen().print(f"made {name}/: {', '.join(FILES)}", markup=False)
    screen().print(f"next: cd {name} && pfaas run greet_all --input @input.json", markup=False)
