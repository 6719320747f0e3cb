"""A deployed AWS app: state machines, the table of the instances and the bucket, by the names that were deployed."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, final

from portable_faas_aws.client import AccountBackend

from examples.smoke.app import app
from portable_faas.client import Client
from portable_faas.errors import NotSupported
from tests.live.cases import Case, Outcome, ended
from tests.live.report import Missing

OUTPUTS: Final = "PFAAS_LIVE_AWS_OUTPUTS"
REGION: Final = "AWS_REGION"
NEEDED: Final = {
    REGION: "the region of the app; credentials are found as boto3 finds them",
    OUTPUTS: 'a JSON file {"machines": {"chain": "arn:..."}, "table": "...", "bucket": "..."} of what was deployed',
}
SECONDS: Final = 300
Open = Callable[[str], Any]


@final
class LiveAccount:
    """The names of what was deployed, and boto3 clients; time is real."""

    def __init__(self, outputs: Mapping[str, Any], client: Open) -> None:
        self.machines: Final[Mapping[str, str]] = outputs["machines"]
        self.table: Final[str] = outputs["table"]
        self.bucket: Final[str] = outputs["bucket"]
        self._open = client

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self._open(service)

    def now(self) -> int:
        """The time of this machine."""
        return time.time_ns() // 1_000_000

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Ask until the execution has ended."""
        client = self.client("stepfunctions")
        until = time.monotonic() + (SECONDS if timeout is None else timeout)
        while client.describe_execution(executionArn=execution)["status"] == "RUNNING":
            if time.monotonic() > until:
                return False
            time.sleep(0.5)
        return True

    def advance(self, seconds: float) -> None:
        """Refuse: time is real."""
        raise NotSupported("time is real on a live account")

    def usage(self, execution: str) -> Mapping[str, int]:
        """Refuse: the bill counts."""
        raise NotSupported("usage is not read from a live account")

    def close(self) -> None:
        """Nothing to let go of."""


@final
class Live:
    """The app that the file of outputs names."""

    def __init__(self, environment: Mapping[str, str], client: Open | None = None) -> None:
        region = environment[REGION]
        account = LiveAccount(_outputs(environment[OUTPUTS]), client or _boto3(region))
        self.where: Final = region
        self._client = Client(app, AccountBackend(app, lambda: account))

    async def ended(self, case: Case) -> Outcome:
        """Start a case and wait for its end."""
        return await ended(self._client, case)


def _outputs(file: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(Path(file).read_text("utf-8"))
        lacking = [name for name in ("machines", "table", "bucket") if name not in found]
    except (OSError, ValueError) as wrong:
        raise Missing(f"{OUTPUTS}: {file} cannot be read as JSON: {wrong}") from wrong
    if lacking:
        raise Missing(f"{OUTPUTS}: {file} has no {', '.join(lacking)}")
    return found


def _boto3(region: str) -> Open:
    import boto3

    return lambda service: boto3.client(service, region_name=region)
