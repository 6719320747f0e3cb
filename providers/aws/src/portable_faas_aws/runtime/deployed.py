"""``FunctionAccount``: the account that a function runs in, for the client of orchestrations inside it."""

import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, final
from urllib.parse import quote

from portable_faas.errors import NotSupported
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas_aws.client.polling import until_ended
from portable_faas_aws.runtime.bucket import VARIABLE as BUCKET
from portable_faas_aws.runtime.moment import WAIT, asked, is_virtual, now
from portable_faas_aws.runtime.places import resources
from portable_faas_aws.runtime.row import VARIABLE as TABLE
from portable_faas_aws.runtime.row import client_of

MACHINES: Final = "PFAAS_MACHINES"


@final
class Machines(Mapping[str, str]):
    """The ARN of the state machine of every orchestrator, which ends in its name."""

    def __getitem__(self, orchestrator: str) -> str:
        return os.environ[MACHINES] + orchestrator

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a function does not know the names of all orchestrators")

    def __len__(self) -> int:
        raise TypeError("a function does not know the names of all orchestrators")


@final
class FunctionAccount:
    """Found in the variables of the function."""

    def __init__(self) -> None:
        self.machines: Mapping[str, str] = Machines()
        self.table = os.environ[TABLE]
        self.bucket = os.environ[BUCKET]
        self.resources: Mapping[str, str] = resources()

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return client_of(service)

    def now(self) -> int:
        """The time."""
        return now()

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Ask until an execution has ended; an emulator with virtual time lets it pass meanwhile."""
        if is_virtual():
            limit = "" if timeout is None else f"&timeout={timeout}"
            return asked(f"{WAIT}?execution={quote(execution)}{limit}") == b"ended"
        return until_ended(client_of("stepfunctions"), execution, timeout)

    def rest(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def advance(self, _seconds: float) -> None:
        """Refuse: a function does not move time."""
        raise NotSupported("a function cannot let time pass; its test can")

    def usage(self, _execution: str) -> Mapping[str, int]:
        """Refuse."""
        raise NotSupported("what an instance used is told to clients outside the app only")

    def answer(self, _request: Request) -> Answer:
        """Refuse."""
        raise NotSupported("a function calls others of its app directly, not over HTTP")

    def close(self) -> None:
        """Nothing to let go of."""
