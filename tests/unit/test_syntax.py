"""Python is parsed alike whatever other threads do."""

import ast
import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from portable_faas.syntax import parse


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    before, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(10)  # a finalizer that runs in the midst of a parse lets another thread in
    yield
    sys.setswitchinterval(before)
    gc.set_threshold(*threshold)


class Cycle:
    """An object only the collector of cycles can drop, and that runs Python then."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        for _ in range(20):
            pass


def test_threads_parse_at_the_same_time(frequent_switches: None) -> None:
    text = Path(ast.__file__).read_text("utf-8")
    wrong: list[object] = []

    def parses() -> None:
        try:
            for _ in range(4):
                parse(text)
                [Cycle() for _ in range(50)]
        except SystemError as error:  # what CPython before 3.11.8 raises
            wrong.append(error)

    threads = [threading.Thread(target=parses) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(("text", "version"), [("x = (", None), ("match x:\n  case 1: pass", (3, 9))])
def test_what_is_not_python_is_a_syntax_error(text: str, version: tuple[int, int] | None) -> None:
    with pytest.raises(SyntaxError):
        parse(text, "here.py", version=version)


def test_an_error_of_the_interpreter_that_stays_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise SystemError("always")

    monkeypatch.setattr(ast, "parse", fails)
    with pytest.raises(SystemError, match="always"):
        parse("x")
