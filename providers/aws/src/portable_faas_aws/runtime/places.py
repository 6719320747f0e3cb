"""Where the resources of an app lie: what a deployment calls each of them, by kind and name.

places.of("queue", "orders")  ->  "https://sqs.eu-north-1.amazonaws.com/123456789012/shop-dev-orders"

A function reads them from one variable, which the deployer fills in; whoever drives an app from outside has them from
the outputs of its stack.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Final, final

from portable_faas_aws.runtime.row import client_of

VARIABLE: Final = "PFAAS_RESOURCES"
DEAD: Final = ".dead"  # ends the name of the queue that takes what another one gives up


@final
class Places:
    """Names by reference, and clients to use them with; ``open`` gives both when they are needed first."""

    def __init__(self, open: Callable[[], tuple[Mapping[str, str], Callable[[str], Any]]]) -> None:
        self._open = open
        self._opened: tuple[Mapping[str, str], Callable[[str], Any]] | None = None

    def of(self, kind: str, name: str) -> str:
        """The address of a queue, the name of a bus or bucket, the ARN of a secret; ``LookupError`` if it has none."""
        found = self._both()[0].get(f"{kind}:{name}")
        if found is None:
            raise LookupError(f"{kind} {name} is not there; deploy the app again, as it is now")
        return found

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self._both()[1](service)

    def _both(self) -> tuple[Mapping[str, str], Callable[[str], Any]]:
        if self._opened is None:
            self._opened = self._open()
        return self._opened


def own_places() -> Places:
    """Those of the function that this process runs."""
    return Places(lambda: (resources(), client_of))


def resources() -> Mapping[str, str]:
    """The names that the deployer has filled in."""
    found: dict[str, str] = json.loads(os.environ.get(VARIABLE, "{}"))
    return found


def deliveries_of(function: str) -> str:
    """The name of the queue through which events and changes of objects reach a function."""
    return f"function.{function}"
