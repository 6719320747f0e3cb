"""The compiler makes of the small apps what the golden files say."""

import pytest

from tests.aws.golden import CASES, FOLDER, texts


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    for name, text in texts(case).items():
        kept = (FOLDER / case / name).read_text(encoding="utf-8")
        assert text == kept, f"tests/golden/{case}/{name} differs; if that is meant, write it anew with: make golden"


def test_golden_files_do_not_depend_on_the_machine() -> None:
    assert CASES
    for path in FOLDER.glob("*/*.*"):
        assert str(FOLDER.parents[1]) not in path.read_text(encoding="utf-8")
