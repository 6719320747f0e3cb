"""Calls functions from threads that take turns on the emulator's clock, which stands still meanwhile."""

import json
from typing import Any, final

from portable_faas_aws.emulator.lambdas import Host
from portable_faas_aws.emulator.turns import Turns


@final
class Calls:
    """The functions of the account, for what starts them."""

    def __init__(self, turns: Turns, lambdas: Host) -> None:
        self.turns = turns
        self._lambdas = lambdas

    def invoke(self, function: str, event: Any) -> Any:
        """The result of a function; None if it failed."""
        done = self.turns.event()
        invocation = self._lambdas.invoke(function, json.dumps(event, ensure_ascii=False).encode(), done.set)
        self.turns.wait(done, outside=True)
        return None if invocation.failed else json.loads(invocation.payload)
