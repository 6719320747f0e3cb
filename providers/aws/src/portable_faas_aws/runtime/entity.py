"""Operations on durable entities: the state and what was applied to it last are one row, written as a whole.

    operate(table, values, Operation(Counter, "k", "add", '{"n":5}', "1f0c..."))  ->  (False, "5")

Writes of a row are conditional on what was read, so operations on one key happen one after the other, and a change and
the name of its operation are written together: an operation that comes twice is applied once and answered twice. While
somebody holds the entity the operations of others wait in its row; whoever comes first when it is free applies them.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, final

from portable_faas.context.entity_type import READ, EntityType
from portable_faas.errors import ActivityCrashed, NotPortable
from portable_faas.values import capture, out_of_coroutine
from portable_faas_aws.runtime.lock import Owner, is_held, wait
from portable_faas_aws.runtime.lock import row_of as row_of_name
from portable_faas_aws.runtime.offload import Values, size
from portable_faas_aws.runtime.row import Body, Table

REMEMBERED: Final = 500  # operations that are known again
SHORT: Final = 128  # bytes of an outcome, or of the arguments of an operation that waits, that stand in the row
LARGEST: Final = 256 * 1024  # bytes of a state: an item has 400 KB (DynamoDB Developer Guide, "Quotas")

Applied = tuple[bool, str]  # whether it failed, and its result as JSON, or the wire form of its failure


@final
class Operation(NamedTuple):
    """One operation; ``id`` names it, ``args`` is JSON; ``owner`` is the lock that it is called under."""

    type: EntityType
    key: str
    name: str
    args: str
    id: str
    owner: Owner | None = None
    signal: bool = False


def row_of(operation: Operation) -> str:
    """The row of an entity."""
    return row_of_name((operation.type.name, operation.key))


def operate(table: Table, values: Values, operation: Operation, noted: bool = False) -> Applied | None:
    """Carry it out once; None if it waits because somebody else holds the entity.

    ``noted``: what reading gives is remembered as well, for who asks again with the same id.
    """
    row = row_of(operation)
    if operation.name == READ and not noted:
        body = table.read(row)
        if not (is_held(body, operation.owner) or body.get("due") or operation.id in body.get("done", ())):
            return _applied(body, operation)
    found = table.change(row, lambda body: _change(body, values, operation))
    if found is None:
        return None
    failed, text = found
    return bool(failed), text if isinstance(text, str) else values.of(text["start"]).grown(text["text"])


def _change(body: Body, values: Values, operation: Operation) -> tuple[bool, Any] | None:
    done: Mapping[str, Any] = body.setdefault("done", {})
    if operation.id not in done:
        for each in body.pop("due", ()):
            _apply_late(body, values.of(each["start"]), operation.type, each)
    if operation.id not in done:
        if is_held(body, operation.owner):
            wait(body, _late(operation, values))
            return None
        _apply(body, values, operation)
    failed, kept = done[operation.id]
    return failed, kept


def _late(operation: Operation, values: Values) -> Body:
    """An operation as it waits in the row."""
    short = size(operation.args) <= SHORT
    args: Any = operation.args if short else values.put(operation.args)
    made = {"id": operation.id, "name": operation.name, "args": args, "start": values.start}
    return {**made, "signal": True} if operation.signal else made


def _apply_late(body: Body, values: Values, type_: EntityType, late: Body) -> None:
    """Apply one that has waited; of a signal nobody else hears that it failed."""
    _apply(body, values, Operation(type_, "", late["name"], values.grown(late["args"]), late["id"]))
    failed, kept = body["done"][late["id"]]
    if failed and late.get("signal"):
        from logging import getLogger  # slow to load, and seldom needed

        getLogger("portable_faas.aws").warning("signal %s.%s failed: %s", type_.name, late["name"], kept)


def _apply(body: Body, values: Values, operation: Operation) -> None:
    done = body["done"]
    if operation.id in done:
        return
    failed, text = _applied(body, operation)
    done[operation.id] = [failed, text if size(text) <= SHORT else {"start": values.start, "text": values.put(text)}]
    for old in list(done)[:-REMEMBERED]:
        del done[old]


def _applied(body: Body, operation: Operation) -> Applied:
    """The outcome; a change of the state stands in ``body``, a failure leaves it as it was."""
    try:
        applied = operation.type.apply(body.get("state"), operation.name, operation.args)
        if len(applied.state.encode()) > LARGEST:
            raise NotPortable("state", f"it is over the limit of {LARGEST} bytes that an entity has on AWS")
    except BaseException as raised:
        known = isinstance(raised, Exception)
        error = raised if known else ActivityCrashed(f"{operation.type.name}.{operation.name}")
        return True, json.dumps(capture(out_of_coroutine(error)).to_wire(), ensure_ascii=False)
    if operation.name != READ:
        body["state"] = applied.state
    return False, applied.result
