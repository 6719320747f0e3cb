"""One diagnostic code: what it says, why the rule stands, a program it refuses and the repair."""

from dataclasses import dataclass
from textwrap import dedent
from typing import Final, final

MARK: Final = "# <-"  # ends the line that a program is refused for

_PROGRAM: Final = """\
{imports}from portable_faas import App, Context

app = App("shop")


@app.activity
def charge(amount: int) -> int:
    return amount


{body}"""


@final
@dataclass(frozen=True)
class Code:
    """``wrong`` is refused with exactly this code at the marked line, ``right`` is accepted; both are whole modules."""

    code: str
    title: str
    why: str
    wrong: str
    right: str


def program(body: str, imports: str = "") -> str:
    """A module with an app, the activity ``charge`` and ``body``."""
    lines = f"{imports}\n\n" if imports else ""
    return _PROGRAM.format(imports=lines, body=dedent(body).lstrip("\n"))
