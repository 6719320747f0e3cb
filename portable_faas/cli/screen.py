"""Where text for people goes: stderr, so that stdout carries data only."""

import json
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console


@cache
def screen() -> "Console":
    """The console on stderr; rich is loaded when there is something to draw."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


@cache
def keep_stdout() -> TextIO:
    """From now on nothing but data goes to stdout: whatever user code prints, at import, in child processes and at
    exit, goes to stderr. Gives the real stdout.
    """
    sys.stdout.flush()
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    stdout = keep_stdout()
    json.dump(value, stdout, ensure_ascii=False)
    stdout.write("\n")
    stdout.flush()


def compact(value: Any, width: int = 60) -> str:
    """A JSON value in at most ``width`` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"
