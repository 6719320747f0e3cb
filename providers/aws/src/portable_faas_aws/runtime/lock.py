"""Locks over entities: all of them at once or none, written into the rows of the entities and the inbox of the owner.

    acquire    all are free: one transaction names the holder in every row; else it asks in every row
    free       the rows are free, operations that waited there are due, and whoever has asked is granted what is free

Nobody waits with something in hand, so no order of locks and operations can stop two instances for ever. A bell that
is lost does no harm: who waits looks again from time to time, and frees what an instance holds that has ended.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, final

from portable_faas.errors import NotSupported
from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.ledger import Bells
from portable_faas_aws.runtime.ledger import row_of as inbox_of
from portable_faas_aws.runtime.row import MOST, Body, Table

Name = tuple[str, str]  # class and key


@final
class Owner(NamedTuple):
    """Who holds a lock: the instance, the key of its start, and the lock's own id, ``fiber#number``."""

    instance: str
    key: str
    lock: str


def row_of(name: Name) -> str:
    """The row of an entity."""
    return f"entity#{name[0]}#{name[1]}"


def is_held(body: Body, owner: Owner | None) -> bool:
    """Whether somebody else holds the entity of this row."""
    return body.get("holder") is not None and (owner is None or body["holder"] != list(owner))


def wait(body: Body, operation: Body) -> None:
    """Let an operation wait in the row until the entity is free."""
    waiting = body.setdefault("waiting", [])
    if all(each["id"] != operation["id"] for each in waiting):
        waiting.append(operation)


def attach(body: Body, operation: str, token: str) -> bool:
    """The bell of an operation; whether it is to be rung at once, because the operation waits no more."""
    found = [each for each in body.get("waiting", ()) if each["id"] == operation]
    for each in found:
        each["token"] = token
    return not found


def _leave(body: Body, owner: Owner) -> list[str]:
    """``owner`` neither holds the row nor asks for it; the bells of the operations that are due now."""
    body["asked"] = [each for each in body.get("asked", ()) if each["owner"] != list(owner)]
    if body.get("holder") == list(owner):
        del body["holder"]
        body["due"] = [*body.get("due", ()), *body.pop("waiting", ())]
    return [each["token"] for each in body.get("due", ()) if each.get("token")]


@final
class Locks:
    """Those of an account. ``is_live`` says whether the instance of an owner goes on."""

    def __init__(self, table: Table, bells: Bells, is_live: Callable[[Owner], bool]) -> None:
        self._table: Final = table
        self._bells: Final = bells
        self._is_live: Final = is_live

    def acquire(self, owner: Owner, run: int, names: list[Name]) -> bool:
        """Take all of ``names`` together, or ask for them; ``NotSupported`` for more than a transaction takes."""
        if len(names) >= MOST:
            raise NotSupported(f"a lock over {len(names)} entities: a transaction of DynamoDB has {MOST} items at most")

        def change(bodies: list[Body]) -> bool:
            ledger, *rows = bodies
            known = inbox.lock_of(ledger, run, owner.lock, names)
            if not known["granted"]:
                known["granted"] = _hold(rows, owner, names)
            return bool(known["granted"])

        return self._table.change_all([inbox_of(owner.key), *map(row_of, names)], change)

    def attach(self, owner: Owner, run: int, names: list[Name], token: str) -> None:
        """The bell of a lock that was asked for; it rings at once if the lock is held by now."""

        def change(body: Body) -> bool:
            known = inbox.lock_of(body, run, owner.lock, names)
            known["token"] = token
            return bool(known["granted"])

        if self._table.change(inbox_of(owner.key), change):
            self._bells.succeed(token, {})
            return
        if not self.expire(names):
            self._grant(owner, names)  # whoever was to do it may have died

    def release(self, owner: Owner) -> None:
        """Give back what ``owner`` holds or has asked for, and let others go on; a second time rings again."""
        known = inbox.locks(self._table.read(inbox_of(owner.key)), owner.lock).get(owner.lock)
        if known is not None:
            self._free(owner, [(name, key) for name, key in known["names"]])

    def release_all(self, instance: str, key: str, below: str = "") -> None:
        """The same for all locks of a run whose fiber begins with ``below``."""
        for lock, known in inbox.locks(self._table.read(inbox_of(key)), below).items():
            if not known.get("freed"):
                self.release(Owner(instance, key, lock))

    def expire(self, names: Iterable[Name]) -> bool:
        """Free what instances hold that have ended without giving it back; whether there was any."""
        found = False
        for name in names:
            holder = self._table.read(row_of(name)).get("holder")
            if holder is not None and not self._is_live(Owner(*holder)):
                self.release(Owner(*holder))
                self._free(Owner(*holder), [name])  # nothing else knows of it if the instance has been purged
                found = True
        return found

    def _free(self, owner: Owner, names: list[Name]) -> None:
        def change(bodies: list[Body]) -> tuple[list[str], list[Any]]:
            ledger, *rows = bodies
            inbox.free_lock(ledger, owner.lock)
            tokens = [token for row in rows for token in _leave(row, owner)]
            return tokens, [asked for row in rows for asked in row["asked"]]

        tokens, asked = self._table.change_all([inbox_of(owner.key), *map(row_of, names)], change)
        for token in tokens:
            self._bells.succeed(token, {})
        for each in {tuple(each["owner"]): each for each in asked}.values():
            self._grant(Owner(*each["owner"]), [(name, key) for name, key in each["names"]])

    def _grant(self, owner: Owner, names: list[Name]) -> None:
        """Give ``owner`` what it has asked for, if all of it is free by now, and ring."""

        def change(bodies: list[Body]) -> str | None:
            ledger, *rows = bodies
            known = inbox.locks(ledger, owner.lock).get(owner.lock)
            if known is None or known.get("freed"):
                for row in rows:
                    _leave(row, owner)
                return None
            if not known["granted"]:
                known["granted"] = _hold(rows, owner, names)
            token: str | None = known["token"]
            return token if known["granted"] else None

        token = self._table.change_all([inbox_of(owner.key), *map(row_of, names)], change)
        if token is not None:
            self._bells.succeed(token, {})


def _hold(rows: list[Body], owner: Owner, names: list[Name]) -> bool:
    """Name the holder in every row if all are free, else ask in every row."""
    free = not any(is_held(row, owner) for row in rows)
    for row in rows:
        others = [each for each in row.get("asked", ()) if each["owner"] != list(owner)]
        if free:
            row["holder"], row["asked"] = list(owner), others
        elif len(others) == len(row.get("asked", ())):
            row["asked"] = [*others, {"owner": list(owner), "names": [list(name) for name in names]}]
    return free
