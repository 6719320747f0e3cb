"""Waits for the end of an execution by asking, more and more seldom."""

import time
from typing import Any, Final

FIRST, LONGEST = 0.25, 5.0  # seconds between two looks
RUNNING: Final = "RUNNING"


def until_ended(client: Any, execution: str, timeout: float | None) -> bool:
    """Ask until the execution has ended; False after ``timeout`` seconds."""
    pause = FIRST
    until = None if timeout is None else time.monotonic() + timeout
    while client.describe_execution(executionArn=execution)["status"] == RUNNING:
        left = LONGEST if until is None else until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST)
    return True
