"""What `pfaas explain` and `pfaas graph` make of the examples; `python -m tests.unit.picture.drawn` writes it anew."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.unit.picture.drawn import EXAMPLES, FOLDER, drawn

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_drawn_as_before(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # paths are told relative to the current folder
    for name, text in drawn(example).items():
        assert text == (FOLDER / name).read_text("utf-8"), name
        if name.endswith(".svg"):
            assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
