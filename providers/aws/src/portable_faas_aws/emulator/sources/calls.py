"""Calls functions from threads that take turns on the emulator's clock, which stands still meanwhile.

Source of attempts and pauses: "How Lambda handles errors and retries with asynchronous invocation",
docs.aws.amazon.com/lambda.
"""

import json
from typing import Any, Final, final

from portable_faas_aws.emulator.declared import Function
from portable_faas_aws.emulator.lambdas import Host, Invocation
from portable_faas_aws.emulator.lambdas.host import UnknownFunction
from portable_faas_aws.emulator.rights import SEND, Rights
from portable_faas_aws.emulator.roles import LAMBDA
from portable_faas_aws.emulator.sources.lost import lose
from portable_faas_aws.emulator.turns import Turns

PAUSES: Final = (60, 120)  # seconds before the second and the third attempt


@final
class Calls:
    """The functions of the account, for what starts them."""

    def __init__(self, turns: Turns, lambdas: Host, rights: Rights) -> None:
        self.turns = turns
        self._lambdas = lambdas
        self._rights = rights
        self._over = turns.event()

    def stop(self) -> None:
        """Try nothing again."""
        self._over.set()

    def function(self, name: str) -> Function | None:
        """The function that a name or an ARN means; None if there is none."""
        try:
            return self._lambdas.function(name)
        except UnknownFunction:
            return None

    def invoke(self, function: str, event: Any) -> Any:
        """The result of a function; None if it failed."""
        invocation = self._invoked(function, event)
        return None if invocation.failed else json.loads(invocation.payload)

    def send(self, function: Function, event: Any) -> None:
        """Call a function whose result nobody waits for: three times at most, then the event is a dead letter."""
        invocation = self._invoked(function.name, event)
        for pause in PAUSES:
            if not invocation.failed or self.turns.wait(self._over, seconds=pause):
                return
            invocation = self._invoked(function.name, event)
        dead = function.dead_letters
        if invocation.failed and dead is not None and self._rights.acts(function.role, LAMBDA, SEND, dead):
            lose(dead, json.dumps(event), {"RequestID": invocation.id, "ErrorMessage": invocation.payload.decode()})

    def _invoked(self, function: str, event: Any) -> Invocation:
        done = self.turns.event()
        invocation = self._lambdas.invoke(function, json.dumps(event, ensure_ascii=False).encode(), done.set)
        self.turns.wait(done, outside=True)
        return invocation
