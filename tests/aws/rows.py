"""Rows and bells in memory, for what needs no account.

rows.change("inbox#1", lambda body: body.update(number=1))        rows.bodies == {"inbox#1": {"number": 1}}
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, final

T = TypeVar("T")
Body = dict[str, Any]


@final
class Rows:
    """A table; what has not changed is not written, and bodies are JSON, as in the real one."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.written: list[list[str]] = []

    @property
    def bodies(self) -> dict[str, Body]:
        return {row: json.loads(text) for row, text in self.texts.items()}

    def change(self, row: str, change: Callable[[Body], T]) -> T:
        return self.change_all([row], lambda bodies: change(bodies[0]))

    def change_all(self, rows: Sequence[str], change: Callable[[list[Body]], T]) -> T:
        bodies = [self.read(row) for row in rows]
        result = change(bodies)
        changed = {row: body for row, body in zip(rows, bodies, strict=True) if body != self.read(row)}
        self.texts |= {row: json.dumps(body) for row, body in changed.items()}
        if changed:
            self.written.append(list(changed))
        return result

    def read(self, row: str) -> Body:
        found: Body = json.loads(self.texts.get(row, "{}"))
        return found


@final
class Rung:
    """Bells that only write down what rang."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def succeed(self, token: str, output: Any) -> bool:
        self.tokens.append(token)
        return True

    def fail(self, token: str, error: str, cause: str) -> bool:
        self.tokens.append(f"{token}: {error}")
        return True
