"""What a Lambda needs to start other instances: the account that it runs in, as a client of it would see it.

The state machines of an app differ in the name of their orchestrator alone, so the ARN of one gives those of all.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, final

from portable_faas_aws.runtime.bucket import VARIABLE as BUCKET
from portable_faas_aws.runtime.row import VARIABLE as TABLE
from portable_faas_aws.runtime.row import client_of


@final
class Siblings(Mapping[str, str]):
    """The ARN of the state machine of every orchestrator; ``machine`` is that of ``own``."""

    def __init__(self, machine: str, own: str) -> None:
        if not machine.endswith(own):
            raise ValueError(f"the state machine of {own} is called {machine}")
        self._prefix = machine.removesuffix(own)

    def __getitem__(self, orchestrator: str) -> str:
        return self._prefix + orchestrator

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a Lambda does not know the names of all orchestrators")

    def __len__(self) -> int:
        raise TypeError("a Lambda does not know the names of all orchestrators")


@final
class OwnAccount:
    """The account of a Lambda at one moment, ``at`` (milliseconds since 1970 UTC)."""

    def __init__(self, machine: str, own: str, at: int) -> None:
        self.machines: Mapping[str, str] = Siblings(machine, own)
        self._at = at

    @property
    def table(self) -> str:
        """The table of the instances."""
        return os.environ[TABLE]

    @property
    def bucket(self) -> str:
        """The bucket of large values."""
        return os.environ[BUCKET]

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return client_of(service)

    def now(self) -> int:
        """The time of the step."""
        return self._at
