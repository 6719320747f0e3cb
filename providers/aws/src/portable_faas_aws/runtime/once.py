"""Remembers in the table which keys were done, so that a message which comes again is not done again.

await once.begin("pack", "a")   ->   "begun", then await once.end("pack", "a", done=True)
await once.begin("pack", "a")   ->   "done" within a day; "busy" while another message of this key is at work

Writes of a row are conditional on what was read (DynamoDB Developer Guide, "Optimistic locking with version number").
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, Literal, final

from portable_faas.triggers.receiving import REMEMBERED
from portable_faas_aws.runtime.coroutines import blocking
from portable_faas_aws.runtime.row import EXPIRES, Body, Table

LONGEST: Final = 900_000  # milliseconds that a call can last, after which its claim is void
State = Literal["begun", "busy", "done"]


@final
class Once:
    """The keys, seen from one call, which has these ``messages``.

    A message that comes again after its process has died may take up its own claim.
    """

    def __init__(self, table: Table, messages: Sequence[str], now: Callable[[], int]) -> None:
        self._table = table
        self._messages = list(messages)
        self._now = now
        self._begun: set[str] = set()

    async def begin(self, function: str, key: str) -> State:
        """Claim a key."""
        row = _row(function, key)
        if row in self._begun:
            return "busy"
        state = await blocking(lambda: self._table.change(row, self._claimed))
        if state == "begun":
            self._begun.add(row)
        return state

    async def end(self, function: str, key: str, done: bool) -> None:
        """Let a key be done, or free again."""
        until = self._now() + REMEMBERED if done else 0
        await blocking(lambda: self._table.change(_row(function, key), lambda body: _ended(body, done, until)))
        self._begun.discard(_row(function, key))

    def _claimed(self, body: Body) -> State:
        now = self._now()
        if body.get("until", 0) > now:
            if body["done"]:
                return "done"
            if not set(body["by"]) & set(self._messages):
                return "busy"
        _ended(body, False, now + LONGEST)
        body["by"] = self._messages
        return "begun"


def _ended(body: Body, done: bool, until: int) -> None:
    body.update(done=done, until=until, **{EXPIRES: (until + REMEMBERED) // 1000})


def _row(function: str, key: str) -> str:
    return f"once#{function}#{sha256(key.encode()).hexdigest()}"
