"""Writes the golden files anew: ``python -m tests.unit.picture.drawn``; read the difference before you commit it."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from portable_faas_aws.picture import picture

from portable_faas.cli.pictures import told
from portable_faas.compiler.flows import program
from portable_faas.picture import Graph
from portable_faas.picture.mermaid import mermaid
from portable_faas.picture.svg import svg

FOLDER = Path(__file__).parent / "golden"
EXAMPLES = ("monitor", "orders", "word_count")


def drawn(example: str) -> dict[str, str]:
    """The text of every golden file of an example by its name."""
    made = program(import_module(f"examples.{example}.app").app)
    whole = [picture(made, name) for name, _ in made.orchestrators]
    found = [replace(one, graph=one.graph.deeply(Graph.without_spares)) for one in whole]
    files = {"txt": "\n".join(line for one in found for line in told(one)) + "\n"}
    files["mmd"] = "".join(map(mermaid, found))
    files["svg"] = "".join(map(svg, found))
    return {f"{example}.{ending}": text for ending, text in files.items()}


def main() -> None:
    """Write them all."""
    for example in EXAMPLES:
        for name, text in drawn(example).items():
            (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
