"""What a backend needs of an account: clients, the names of what was deployed, and a way to wait."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from portable_faas.triggers.http.request import Request
    from portable_faas.triggers.http.response import Answer


class Resources(Protocol):
    """What starting and ending instances needs."""

    @property
    def machines(self) -> Mapping[str, str]:
        """The ARN of the state machine of every orchestrator."""
        ...

    @property
    def table(self) -> str:
        """The DynamoDB table of the instances."""
        ...

    @property
    def bucket(self) -> str:
        """The S3 bucket of what is too large for a state machine."""
        ...

    def client(self, service: str) -> Any:
        """A boto3 client."""
        ...

    def now(self) -> int:
        """The time in milliseconds since 1970 UTC."""
        ...


class Account(Resources, Protocol):
    """A real account or the emulator."""

    @property
    def resources(self) -> Mapping[str, str]:
        """What else was deployed, by kind and name: the addresses of queues, the names of buses and buckets."""
        ...

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Wait until an execution has ended; False after ``timeout`` seconds."""
        ...

    def rest(self, seconds: float) -> None:
        """Do nothing for a while, in which virtual time may pass."""
        ...

    def answer(self, request: "Request") -> "Answer":
        """What the app answers to a request."""
        ...

    def advance(self, seconds: float) -> None:
        """Let virtual time pass; ``NotSupported`` where time is real."""
        ...

    def usage(self, execution: str) -> Mapping[str, int]:
        """What a bill counts for an execution."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
