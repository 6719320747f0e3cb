"""Whether the code that is loaded can go on with what a store holds: replays every unfinished instance, writes nothing.

pfaas check --against .portable_faas/orders.db      "instance 7 would not go on: step 2: the history records ..."
"""

from portable_faas.app import App
from portable_faas.errors import NonDeterminism, NotPortable
from portable_faas.local.store import Row, Store
from portable_faas.replay import Execution, Identity, Inbox, replay
from portable_faas.values import loads


def unreplayable(app: App, path: str) -> list[tuple[str, Exception]]:
    """The id of each unfinished instance in the store at ``path`` that ``app`` cannot go on with, and why."""
    store = Store(path, read_only=True)
    try:
        return [(row.record.instance_id, why) for row in store.live() if (why := _why_not(app, store, row)) is not None]
    finally:
        store.close()


def _why_not(app: App, store: Store, row: Row) -> Exception | None:
    record = row.record
    orchestrator = app.orchestrators.get(record.orchestrator)
    if orchestrator is None:
        return NonDeterminism(0, f"orchestrator {record.orchestrator}", "no such orchestrator")
    signature = orchestrator.signature()
    inputs = {} if record.input is None else {signature.names[0]: loads(record.input)}
    identity = Identity(record.instance_id, row.run, f"portable_faas.{app.name}.{record.orchestrator}", row.version)
    execution = None
    try:
        execution = Execution(orchestrator.fn, signature, identity, inputs, Inbox.from_json(row.inbox))
        replay(execution, row.began_at, store.history(record.instance_id))
    except (NonDeterminism, NotPortable) as wrong:
        return wrong
    finally:
        if execution is not None:
            execution.close()
    return None
