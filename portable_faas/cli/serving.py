"""What ``pfaas dev`` shows: the table of functions and what starts them, and the log of requests and failures."""

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import Route

if TYPE_CHECKING:
    from rich.table import Table

    from portable_faas.app import App

KINDS: Final = ("http", "schedule", "message", "event", "blob")


def rows(app: "App") -> list[tuple[str, str, str, str]]:
    """Trigger, what it is about, function, and who may call."""
    found = sorted(app.functions.values(), key=lambda function: KINDS.index(function.trigger.kind))
    shown = [_row(function) for function in found]
    shown += [("http", f"{mount.path}/...", "(mounted)", mount.auth) for mount in app.http.mounts]
    pages = [path for path in (app.http.openapi, app.http.docs) if path]
    return shown + [("http", f"GET {path}", "(made from the routes)", "anonymous") for path in pages]


def table(app: "App") -> "Table":
    """The rows as a table."""
    from rich.table import Table
    from rich.text import Text

    made = Table("trigger", "on", "function", "who may call", box=None, pad_edge=False)
    for row in rows(app):
        made.add_row(*map(Text, row))
    return made


def log_requests(verbose: bool) -> None:
    """Requests and failures go to stderr, one line each; tracebacks of functions too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("portable_faas")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)


def _row(function: Function[Any, Any]) -> tuple[str, str, str, str]:
    trigger = function.trigger
    return (trigger.kind, str(trigger), function.name, trigger.auth if isinstance(trigger, Route) else "")
