"""Every program of the refused corpus gives exactly the codes that its marks say, and its near misses nothing.

A file holds programs, each after a line `== title`; `prelude.txt` stands before each of them. A mark `# <- PF021`
ends a line that is refused, with the codes in order.
"""

import re
from pathlib import Path

import pytest

from portable_faas.compiler import check_source
from portable_faas.compiler.codes import CODES

FOLDER = Path(__file__).parent / "refused"
PRELUDE = (FOLDER / "prelude.txt").read_text(encoding="utf-8")


def _programs() -> list[tuple[str, str]]:
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"(?m)^== ", path.read_text(encoding="utf-8"))[1:]:
            title, _, body = part.partition("\n")
            found.append((f"{path.stem}: {title}", PRELUDE + body))
    return found


def _marks(text: str) -> list[tuple[int, str]]:
    return [
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        for code in (line.partition("# <- ")[2]).split()
    ]


@pytest.mark.parametrize(("title", "text"), _programs(), ids=[title for title, _ in _programs()])
def test_program_gives_exactly_its_marks(title: str, text: str) -> None:
    compile(text, title, "exec")
    found = check_source(text, "shop.py")
    assert sorted({(each.line, each.code) for each in found}) == _marks(text), "\n".join(map(str, found))


def test_every_code_has_programs() -> None:
    seen = {code for _, text in _programs() for _, code in _marks(text)}
    assert {code.code for code in CODES} - seen == set()


@pytest.mark.parametrize(("title", "text"), _programs(), ids=[title for title, _ in _programs()])
def test_messages_have_the_house_form(title: str, text: str) -> None:
    for each in check_source(text, "shop.py"):
        assert re.fullmatch(r"shop\.py:\d+:\d+: PF\d{3} [^\n]+; [^\n]+", str(each)), title
        assert each.problem[0] in "`" or each.problem[0].islower()
        assert each.remedy[0] in "`" or each.remedy[0].islower()
        assert each.problem.count("`") % 2 == 0
        assert each.remedy.count("`") % 2 == 0
