"""The texts that cross Durable Functions, all of them ours.

    arguments   '{"n":2}'                    result   '{"ok":4}' or '{"error":{"type":"ValueError",...}}'

Every payload is handed to the SDK as text that holds JSON, never as a JSON value: the SDK rebuilds any object with the
keys ``__class__``, ``__module__`` and ``__data__`` as a class and drops a falsy custom status, and the host's own JSON
reader (Newtonsoft) turns a string that looks like a date into another string.
"""

import json
from typing import Final

from portable_faas.errors import OrchestrationTerminated
from portable_faas.values import Failure, capture, loads

OK: Final = '{"ok":'
FAILED: Final = "portable_faas failure "  # begins the error text of a failed instance
HOST_FAILED: Final = "Orchestrator function '"  # begins what the extension makes of it


def returned(result: str) -> str:
    """The envelope of a result that is JSON already."""
    return f"{OK}{result}}}"


def raised(failure: Failure) -> str:
    """The envelope of a failure."""
    return json.dumps({"error": failure.to_wire()}, ensure_ascii=False)


def opened(envelope: str) -> tuple[str, Failure | None]:
    """The result as JSON, or the failure."""
    if envelope.startswith(OK):
        return envelope[len(OK) : -1], None
    wire = loads(envelope)
    assert isinstance(wire, dict)
    return "null", Failure.from_wire(wire["error"])


class InstanceFailed(Exception):
    """Ends an orchestrator function for good; the text carries the failure to the client.

    It is one line of ASCII JSON: the host cuts the text at the first marker and stack trace that it sees in it.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(FAILED + json.dumps(failure.to_wire()))


def failure_of(output: str) -> Failure:
    """The failure in the output that the host keeps for a failed instance."""
    return _marked(output) or capture(RuntimeError(output))  # without ours, the host itself failed the instance


def child_failure(told: str) -> Failure:
    """The failure in what the SDK tells of a sub-orchestration that has not completed.

    It is ours, or the host's about a function that it could not run; else it is the reason of a termination.
    """
    reason = told.partition(" \n ")[0]
    if reason.startswith(HOST_FAILED):
        return _marked(told) or capture(RuntimeError(reason))
    return capture(OrchestrationTerminated(reason))


def _marked(text: str) -> Failure | None:
    _, marker, rest = text.partition(FAILED)
    return Failure.from_wire(json.JSONDecoder().raw_decode(rest)[0]) if marker else None
