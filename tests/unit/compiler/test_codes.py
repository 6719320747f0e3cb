"""The catalogue is right: every wrong program gives exactly its code at its marked line, every right one nothing."""

from pathlib import Path

import pytest

from portable_faas.compiler import advise_source, check_source
from portable_faas.compiler.codes import ADVICE, CODES, MARK, Code
from portable_faas.compiler.reference import diagnostics_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "diagnostics.md"


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_wrong_program_gives_its_code_at_the_mark(code: Code) -> None:
    marked = [number for number, line in enumerate(code.wrong.splitlines(), 1) if line.endswith(MARK)]
    found = [(each.line, each.code) for each in check_source(code.wrong, "shop.py")]
    assert found == [(line, code.code) for line in marked]
    assert len(marked) == 1


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_right_program_is_accepted(code: Code) -> None:
    assert check_source(code.right, "shop.py") == ()
    compile(code.right, "shop.py", "exec")


@pytest.mark.parametrize("code", ADVICE, ids=lambda code: code.code)
def test_a_program_that_is_warned_of_is_accepted(code: Code) -> None:
    marked = [number for number, line in enumerate(code.wrong.splitlines(), 1) if line.endswith(MARK)]
    found = [(each.line, each.code, each.severity) for each in advise_source(code.wrong, "shop.py")]
    assert found == [(line, code.code, "warning") for line in marked]
    assert len(marked) == 1
    assert check_source(code.wrong, "shop.py") == ()
    assert advise_source(code.right, "shop.py") == check_source(code.right, "shop.py") == ()


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_a_refused_program_is_not_warned_of_too(code: Code) -> None:
    assert advise_source(code.wrong, "shop.py") == ()


def test_codes_are_in_order_and_unique() -> None:
    names = [code.code for code in (*CODES, *ADVICE)]
    assert names == sorted(set(names))


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == diagnostics_page(), (
        "run: python -m portable_faas.compiler.reference > docs/reference/diagnostics.md"
    )
