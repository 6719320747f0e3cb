"""Handlers that the tests of the emulated AWS run."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TRIED: dict[str, int] = {}


class OutOfStock(Exception):
    pass


def echo(event: Any, context: Any) -> Any:
    print("echo", event)
    return event


def fail(event: Any, context: Any) -> Any:
    raise OutOfStock(event.get("message", "none left"))


def flaky(event: Any, context: Any) -> Any:
    """Fail until it is called the ``after``-th time with this key."""
    tried = TRIED[event["key"]] = TRIED.get(event["key"], 0) + 1
    if tried < event["after"]:
        raise OutOfStock(f"try {tried}")
    return tried


def sleep(event: Any, context: Any) -> Any:
    time.sleep(event["seconds"])
    return event


def crash(event: Any, context: Any) -> Any:
    os._exit(event.get("status", 7))


def big(event: Any, context: Any) -> Any:
    if event.get("error"):
        raise OutOfStock("x" * event["size"])
    return "x" * event["size"]


def environment(event: Any, context: Any) -> Any:
    return {name: os.environ.get(name) for name in event["names"]}


def leave_child(event: Any, context: Any) -> Any:
    """Start a process that outlives the call, and say which."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdin=subprocess.DEVNULL)
    return [os.getpid(), child.pid]


def read(event: Any, context: Any) -> Any:
    return Path(event["path"]).read_text()
