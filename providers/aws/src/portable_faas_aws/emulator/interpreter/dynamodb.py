"""Patch: an operation on a DynamoDB item is atomic.

moto's server answers each request in a thread of its own, and its DynamoDB checks a condition and writes without a
lock, so concurrent updates are lost that AWS would serialise.
"""

import threading
from typing import Any, Final

from moto.dynamodb.models import DynamoDBBackend

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching

OPERATIONS: Final = (
    "get_item",
    "put_item",
    "update_item",
    "delete_item",
    "query",
    "scan",
    "transact_write_items",
    "batch_get_item",
)


def install(patching: Patching, _session: Session) -> None:
    """Wrap the operations on items in one lock."""
    lock = threading.RLock()

    def locked(original: Any) -> Any:
        def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
            with lock:
                return original(self, *args, **kwargs)

        return operation

    for name in OPERATIONS:
        if hasattr(DynamoDBBackend, name):
            patching.wrap(DynamoDBBackend, name, locked)
