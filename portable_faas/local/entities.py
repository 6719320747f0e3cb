"""Durable entities of one store: operations in their order, states, and locks over several.

    hand over -> (commit) -> apply: the new state, the result and the caller's next steps are one commit

An operation waits while somebody else holds its entity; the holder's own pass. What was handed over before a lock was
asked for is applied before the lock is given.
"""

import json
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.context.entity_type import READ
from portable_faas.errors import ActivityCrashed, NotSupported
from portable_faas.local.journal import Journal
from portable_faas.local.store import Store
from portable_faas.values import capture, out_of_coroutine

LOG: Final = logging.getLogger("portable_faas.local")
Name = tuple[str, str]  # class and key
Owner = tuple[int, int]  # the run that holds a lock, and the step by which it asked


@final
class Operation(NamedTuple):
    """One operation that was handed over; ``instance`` is 0 for a client's, ``step`` 0 for one nobody waits for."""

    number: int
    entity: str
    key: str
    operation: str
    args: str
    instance: int
    step: int
    lock: int
    client: str

    @property
    def name(self) -> Name:
        """Its entity."""
        return self.entity, self.key


@final
class Outcome(NamedTuple):
    """The end of an operation: JSON of the result, or of the failure."""

    failed: bool
    text: str


@final
class Entities:
    """``tell`` gives a waiting orchestration its outcome, ``grant`` its lock; both happen in the batch at hand."""

    def __init__(
        self,
        app: App,
        store: Store,
        journal: Journal,
        tell: Callable[[Operation, Outcome], None],
        grant: Callable[[Owner], None],
    ) -> None:
        self._app = app
        self._store = store
        self._journal = journal
        self._tell = tell
        self._grant = grant
        self._queues: dict[Name, deque[Operation]] = {}
        self._states: dict[Name, str] = {}  # those whose commit is under way
        self._holders: dict[Name, Owner] = {}
        self._requests: dict[Owner, tuple[Name, ...]] = {}
        self._heard: dict[str, Callable[[Outcome], None]] = {}
        self._outcomes: dict[str, tuple[int, Outcome]] = {}
        self._next = 1
        self._recover()

    def _recover(self) -> None:
        for *operation, outcome in self._store.operations():
            made = Operation(*operation)
            self._next = made.number + 1
            if outcome is None:
                self._queues.setdefault(made.name, deque()).append(made)
            else:
                failed, text = json.loads(outcome)
                self._outcomes[made.client] = (made.number, Outcome(failed, text))

    # Operations.

    def hand_over(self, name: Name, operation: str, args: str, instance: int, step: int, lock: int) -> None:
        """Take an orchestration's operation in; it is applied once it is durable and its turn has come."""
        self._take(Operation(self._next, *name, operation, args, instance, step, lock, ""))

    def ask(self, client: str, name: Name, operation: str, args: str, heard: Callable[[Outcome], None]) -> None:
        """Take a client's operation in and say how it ended; the same ``client`` name again is the same operation."""
        if client in self._outcomes:
            heard(self._outcomes[client][1])
            return
        self._heard[client] = heard
        if not any(each.client == client for queue in self._queues.values() for each in queue):
            self._take(Operation(self._next, *name, operation, args, 0, 0, 0, client))

    def heard(self, client: str) -> None:
        """The client has its outcome."""
        number, _ = self._outcomes.pop(client)
        self._journal.batch.applied.append((number,))
        self._journal.commit_soon()

    def _take(self, operation: Operation) -> None:
        self._next += 1
        self._journal.batch.operations.append(tuple(operation))
        self._journal.then(self._arrived, operation)

    def _arrived(self, operation: Operation) -> None:
        self._queues.setdefault(operation.name, deque()).append(operation)
        self._drain(operation.name)

    def _drain(self, name: Name) -> None:
        """Apply what may be applied to one entity, in its order."""
        while (operation := self._next_for(name)) is not None:
            outcome = self._apply(operation)
            if operation.client:
                self._outcomes[operation.client] = (operation.number, outcome)
                self._journal.batch.outcomes[operation.number] = json.dumps(outcome)
                self._journal.then(self._answer, operation.client, outcome)
            else:
                self._journal.batch.applied.append((operation.number,))
                self._journal.commit_soon()
            if operation.step:
                self._tell(operation, outcome)

    def _answer(self, client: str, outcome: Outcome) -> None:
        heard = self._heard.pop(client, None)
        if heard is not None:
            heard(outcome)

    def _next_for(self, name: Name) -> Operation | None:
        queue = self._queues.get(name, ())
        holder = self._holders.get(name)
        for operation in queue:
            if holder is None or (operation.instance, operation.lock) == holder:
                queue.remove(operation)  # type: ignore[union-attr]
                if not queue:
                    del self._queues[name]
                return operation
        return None

    def _apply(self, operation: Operation) -> Outcome:
        """Carry the operation out; a failure leaves the state as it was, and a signal's is logged."""
        name = operation.name
        try:
            before = self._states.get(name) or self._store.state(*name)
            applied = self._type(operation).apply(before, operation.operation, operation.args)
        except BaseException as raised:
            return self._failed(operation, raised)
        if operation.operation != READ and applied.state != before:
            self._states[name] = self._journal.batch.states[name] = applied.state
            self._journal.then(self._settled, name, applied.state)
        return Outcome(False, applied.result)

    def _settled(self, name: Name, state: str) -> None:
        if self._states.get(name) is state:
            del self._states[name]  # the store has it now

    def _type(self, operation: Operation) -> Any:
        if operation.entity not in self._app.entities:
            raise NotSupported(f"the app no longer has the entity {operation.entity}")
        return self._app.entities[operation.entity]

    def _failed(self, operation: Operation, raised: BaseException) -> Outcome:
        called = f"{operation.entity}.{operation.operation}"
        if not isinstance(raised, Exception):
            raised = ActivityCrashed(called)
        if not (operation.step or operation.client):
            LOG.warning("signal %s of %r failed: %s", called, operation.key, raised, exc_info=raised)
        return Outcome(True, json.dumps(capture(out_of_coroutine(raised)).to_wire()))

    # Locks.

    def request(self, owner: Owner, names: tuple[Name, ...]) -> None:
        """Give ``owner`` all of ``names`` as soon as they are free."""
        self._requests[owner] = names
        self._give(owner)

    def restore(self, owner: Owner, names: tuple[Name, ...]) -> None:
        """What the history says is held."""
        self._holders.update(dict.fromkeys(names, owner))

    def free(self, owner: Owner) -> None:
        """Take back what ``owner`` holds or has asked for; others go on."""
        self._requests.pop(owner, None)
        names = [name for name, holder in self._holders.items() if holder == owner]
        for name in names:
            del self._holders[name]
        for name in names:
            self._drain(name)
        for waiting in list(self._requests):
            self._give(waiting)

    def free_all(self, instance: int) -> None:
        """The run is over: take back everything."""
        owners = {owner for owner in (*self._holders.values(), *self._requests) if owner[0] == instance}
        for owner in owners:
            self.free(owner)

    def drain_all(self) -> None:
        """Go on with what a former engine left."""
        for name in list(self._queues):
            self._drain(name)

    def _give(self, owner: Owner) -> None:
        names = self._requests.get(owner)
        if names is not None and not any(name in self._holders for name in names):
            del self._requests[owner]
            self._holders.update(dict.fromkeys(names, owner))
            self._grant(owner)
