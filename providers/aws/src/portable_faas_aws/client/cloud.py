"""A deployed app on a real account: what was deployed by name, boto3 clients, real time.

pulumi stack output --json > outputs.json      connect(app, on="aws", outputs="outputs.json", region="eu-north-1")
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final, final

from portable_faas.deployer import read_outputs
from portable_faas.errors import NotInstalled, NotSupported
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas_aws.client.calling import called
from portable_faas_aws.client.polling import until_ended
from portable_faas_aws.runtime.row import SIGNED

TABLE: Final = "table:instances"
BUCKET: Final = "bucket:values"
API: Final = "url"
Open = Callable[[str], Any]


@final
class CloudAccount:
    """The account that ``outputs`` speak of; ``client`` opens a boto3 client of a service."""

    def __init__(self, outputs: Mapping[str, Any], client: Open) -> None:
        self.machines: Final[Mapping[str, str]] = outputs["machines"]
        self.table: Final[str] = outputs["resources"][TABLE]
        self.bucket: Final[str] = outputs["resources"][BUCKET]
        self.resources: Final[Mapping[str, str]] = outputs["resources"]
        self._origin: str | None = outputs.get(API)
        self._open = client
        self._clients: dict[str, Any] = {}
        self._opening = Lock()  # boto3's clients may be shared between threads, making them may not

    def client(self, service: str) -> Any:
        """A boto3 client; one for each service."""
        with self._opening:
            if service not in self._clients:
                self._clients[service] = self._open(service)
            return self._clients[service]

    def now(self) -> int:
        """The time of this machine."""
        return time.time_ns() // 1_000_000

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Ask until the execution has ended, more and more seldom; False after ``timeout`` seconds."""
        return until_ended(self.client("stepfunctions"), execution, timeout)

    def answer(self, request: Request) -> Answer:
        """Send a request to the app's HTTP API; ``NotSupported`` if it has none."""
        if self._origin is None:
            raise NotSupported(f"the outputs of the deployment have no {API!r}: the app answers no requests there")
        return called(self._origin, request)

    def rest(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def advance(self, _seconds: float) -> None:
        """Refuse: time is real."""
        raise NotSupported("time is real on a deployed app; only testing.running(app) has virtual time")

    def usage(self, execution: str) -> Mapping[str, int]:
        """What the history shows of what a bill counts: states entered, and calls of functions, tries included."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        kinds = [event["type"] for page in pages.paginate(executionArn=execution) for event in page["events"]]
        entered, called = sum(kind.endswith("StateEntered") for kind in kinds), kinds.count("TaskScheduled")
        tried_again = max(0, called - kinds.count("TaskStateEntered"))
        return {"transitions": entered + tried_again, "lambda_invocations": called}

    def close(self) -> None:
        """Nothing to let go of."""


def deployed(
    outputs: Mapping[str, Any] | str | Path | None, region: str | None, profile: str | None, client: Open | None = None
) -> CloudAccount:
    """The account of a deployment; ``ValueError`` says what ``outputs`` lack.

    ``NotSupported`` where they are left out, ``NotInstalled`` if boto3 is missing.
    """
    if outputs is None:
        raise NotSupported(
            'connect(app, on="aws") needs outputs=: what was deployed, as a file or a mapping; '
            "`pulumi stack output --json > outputs.json` writes it"
        )
    found = read_outputs(outputs)
    named = {"machines", *(f"resources.{name}" for name in (TABLE, BUCKET))}
    there = {*found, *(f"resources.{name}" for name in found.get("resources", ()))}
    if lacking := sorted(named - there):
        raise ValueError(f"the outputs of the deployment have no {', '.join(lacking)}; is it another app's, or empty?")
    return CloudAccount(found, client or _boto3(region, profile))


def _boto3(region: str | None, profile: str | None) -> Open:
    try:
        from boto3.session import Session
        from botocore.config import Config
    except ImportError as missing:
        hint = "pip install 'portable-faas[aws]'"
        raise NotInstalled(f"connecting to aws needs boto3 ({missing}); install it with: {hint}") from missing
    session = Session(region_name=region, profile_name=profile)
    return lambda service: session.client(service, config=Config(signature_version=SIGNED.get(service)))
