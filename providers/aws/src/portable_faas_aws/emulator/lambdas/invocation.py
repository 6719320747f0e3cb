"""One invocation of a function: the event that goes in, the payload or error that comes out.

Invocation(function, b'{"n": 1}', ended)   ->   invocation.payload == b'2', invocation.failed is False
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Final, final

from portable_faas_aws.emulator.declared import Function

MAX_RESPONSE: Final = 6 * 1024 * 1024  # bytes; docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


@final
class Invocation:
    """``ended`` is called once, on the host's thread; ``started`` is when the function got the event (monotonic)."""

    def __init__(self, function: Function, event: bytes, ended: Callable[[], object]) -> None:
        self.id: Final = str(uuid.uuid4())
        self.function: Final = function
        self.event: Final = event
        self.started: float | None = None
        self.payload = b""
        self.failed = False
        self.over = False
        self._ended = ended

    def begin(self) -> None:
        """The function has the event now."""
        self.started = time.monotonic()

    def end(self, payload: bytes, *, failed: bool = False) -> None:
        """Record the outcome; later ones are dropped."""
        if self.over:
            return
        if len(payload) > MAX_RESPONSE:
            self.fail("Function.ResponseSizeTooLarge", f"Response payload size ({len(payload)} bytes) exceeded maximum "
                      f"allowed payload size ({MAX_RESPONSE} bytes).")  # fmt: skip
            return
        self.over, self.payload, self.failed = True, payload, failed
        self._ended()

    def fail(self, error_type: str, message: str) -> None:
        """End with an error of the platform."""
        self.end(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failed=True)

    def exited(self, status: int) -> None:
        """The process ended before it answered."""
        how = f"exit status {status}" if status >= 0 else f"signal: {-status}"
        self.fail("Runtime.ExitError", f"RequestId: {self.id} Error: Runtime exited with error: {how}")

    def timed_out(self) -> None:
        """The function took longer than its time-out."""
        seconds = f"{self.function.timeout:.2f}"
        self.fail("Sandbox.Timedout", f"RequestId: {self.id} Error: Task timed out after {seconds} seconds")
