"""Operations on durable entities: the state and what was applied to it last are one row, written as a whole.

    operate(table, values, Operation(Counter, "k", "add", '{"n":5}', "1f0c..."))  ->  (False, "5")

Writes of a row are conditional on what was read, so operations on one key happen one after the other, and a change and
the name of its operation are written together: an operation that comes twice is applied once and answered twice.
"""

import json
from typing import Any, Final, NamedTuple, final

from portable_faas.context.entity_type import READ, EntityType
from portable_faas.errors import ActivityCrashed, NotPortable
from portable_faas.values import capture
from portable_faas_aws.runtime.offload import Values, size
from portable_faas_aws.runtime.row import Body, Table

REMEMBERED: Final = 500  # operations that are known again
SHORT: Final = 128  # bytes of an outcome that stands in the row
LARGEST: Final = 256 * 1024  # bytes of a state: an item has 400 KB (DynamoDB Developer Guide, "Quotas")


@final
class Operation(NamedTuple):
    """One operation; ``id`` names it, ``args`` is JSON."""

    type: EntityType
    key: str
    name: str
    args: str
    id: str


def row_of(operation: Operation) -> str:
    """The row of an entity."""
    return f"entity#{operation.type.name}#{operation.key}"


def operate(table: Table, values: Values, operation: Operation) -> tuple[bool, str]:
    """Carry it out once: whether it failed, and its result as JSON, or the wire form of its failure."""
    row = row_of(operation)
    if operation.name == READ:
        return _applied(table.read(row), operation)
    failed, text = table.change(row, lambda body: _change(body, values, operation))
    return bool(failed), text if isinstance(text, str) else values.grown(text)


def _change(body: Body, values: Values, operation: Operation) -> tuple[bool, Any]:
    done = body.setdefault("done", {})
    if operation.id not in done:
        failed, text = _applied(body, operation)
        kept: Any = text if size(text) <= SHORT else values.put(text)
        done[operation.id] = [failed, kept]
        for old in list(done)[:-REMEMBERED]:
            del done[old]
    failed, kept = done[operation.id]
    return failed, kept


def _applied(body: Body, operation: Operation) -> tuple[bool, str]:
    """The outcome; a change of the state stands in ``body``, a failure leaves it as it was."""
    try:
        applied = operation.type.apply(body.get("state"), operation.name, operation.args)
        if len(applied.state.encode()) > LARGEST:
            raise NotPortable("state", f"it is over the limit of {LARGEST} bytes that an entity has on AWS")
    except BaseException as raised:
        known = isinstance(raised, Exception)
        error = raised if known else ActivityCrashed(f"{operation.type.name}.{operation.name}")
        return True, json.dumps(capture(error).to_wire(), ensure_ascii=False)
    if operation.name != READ:
        body["state"] = applied.state
    return False, applied.result
