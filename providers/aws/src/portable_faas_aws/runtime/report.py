"""How a Lambda of ours fails: the error's name is what the state machine reads, its message is JSON.

raise Report("pfaas.to.refund", {"state": ..., "call": ...})        Lambda reports errorType and errorMessage
"""

import json
from typing import Any, NoReturn


def fail(name: str, message: Any, cause: BaseException | None = None) -> NoReturn:
    """End this invocation with an error called ``name``; ``cause`` gives its traceback."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    error = type(name, (Exception,), {"__module__": ""})(text)
    raise error.with_traceback(cause.__traceback__ if cause is not None else None) from None
