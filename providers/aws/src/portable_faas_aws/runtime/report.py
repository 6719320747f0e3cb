"""How a Lambda of ours fails: the error's name is what the state machine reads, its message is JSON.

raise Report("pfaas.to.refund", {"state": ..., "call": ...})        Lambda reports errorType and errorMessage
"""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, NoReturn

FRAMES: Final = 12  # of at most some 300 characters each, unless lines of code are very long


class Report(Exception):
    """The root of what ends an invocation on purpose."""


def fail(name: str, message: Any, cause: BaseException | None = None) -> NoReturn:
    """End this invocation with an error called ``name``; ``cause`` gives its traceback."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    error = type(name, (Report,), {"__module__": ""})(text)
    raise error.with_traceback(_last_frames(cause.__traceback__ if cause is not None else None)) from None


def _last_frames(trace: TracebackType | None) -> TracebackType | None:
    """The innermost frames: the trace is a part of the cause, which Step Functions takes up to 32,768 characters of."""
    from itertools import islice

    def frames() -> Iterator[TracebackType]:
        at = trace
        while at is not None:
            yield at
            at = at.tb_next

    count = sum(1 for _ in frames())
    return next(islice(frames(), max(0, count - FRAMES), None), None)
