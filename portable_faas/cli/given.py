"""The input of an orchestrator as it is given on the command line: JSON text, ``@FILE`` or ``-`` for stdin."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from portable_faas.app import Orchestrator
from portable_faas.cli.refusal import Refusal
from portable_faas.errors import NotPortable
from portable_faas.values import loads

LEFT_OUT: Final[Any] = object()


def value_for(orchestrator: Orchestrator[Any, Any], given: str | None) -> Any:
    """The decoded input; every wrong one is refused with one line."""
    names = orchestrator.signature().names
    if given is None:
        try:
            orchestrator.signature().encode_args((), {})
        except TypeError:
            raise Refusal(f"orchestrator {orchestrator.name} takes an input {names[0]!r}; pass --input") from None
        return LEFT_OUT
    if not names:
        raise Refusal(f"orchestrator {orchestrator.name} takes no input; leave out --input")
    try:
        return orchestrator.signature().decode_input(json_given(given))
    except NotPortable as wrong:
        raise Refusal(f"input: {wrong}") from wrong


def json_given(given: str, what: str = "input") -> Any:
    """The value of JSON text, ``@FILE`` or ``-``; ``what`` names it in the messages."""
    name, text = what, given
    if given == "-":
        name, text = "stdin", sys.stdin.read()
    elif given.startswith("@"):
        name = given[1:]
        try:
            text = Path(name).read_text("utf-8-sig")
        except OSError as wrong:
            raise Refusal(f"cannot read {name}: {wrong.strerror or wrong}") from wrong
        except UnicodeDecodeError as wrong:
            raise Refusal(f"cannot read {name}: not UTF-8 at byte {wrong.start}") from wrong
    try:
        return loads(text)
    except json.JSONDecodeError as wrong:
        raise Refusal(f"{name}: not JSON at line {wrong.lineno} column {wrong.colno}: {wrong.msg}") from wrong
    except (ValueError, RecursionError) as wrong:
        raise Refusal(f"{name}: not JSON: {wrong}") from wrong
