"""What lets finished instances be forgotten, in the manifest of an app that says how long they are kept.

App("shop", retention=timedelta(days=30))   ->   Function("pfaas_retention"), and a queue before it
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from portable_faas.app import App
from portable_faas.manifest import Function, Part
from portable_faas_aws.package.triggered import HIDDEN, ROWS, SLACK
from portable_faas_aws.runtime.deployed import MACHINES
from portable_faas_aws.runtime.places import DEAD, deliveries_of
from portable_faas_aws.runtime.retention import VARIABLE

NAME: Final = "pfaas_retention"
MODULE: Final = "portable_faas_aws.runtime.retention"
QUEUE: Final = deliveries_of(NAME)
TIMEOUT: Final = 60  # seconds
BATCH: Final = 10
DAY: Final = 24 * 60 * 60
RUN: Final = 366  # days: one run lasts under a year
# "Automating Step Functions event delivery with EventBridge", Step Functions Developer Guide.
ENDS: Final[Mapping[str, Any]] = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {
        "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"prefix": "${machine.prefix}"}],
    },
}


def functions(app: App, package: str) -> Iterator[Function]:
    """The function, if the app has a retention."""
    if app.retention is None or not app.orchestrators:
        return
    trigger = {"kind": "status", "queue": QUEUE, "pattern": ENDS, "batch": BATCH}
    machines = ({"kind": "machine", "name": name, "may": ["describe"]} for name in sorted(app.orchestrators))
    may = (ROWS, {"kind": "queue", "name": QUEUE, "may": ["receive"]}, *machines)
    environment = {VARIABLE: f"{app.retention:g}", MACHINES: "${machine.prefix}"}
    yield Function(NAME, "event", f"{MODULE}.ended", package, None, TIMEOUT, environment, (trigger,), may)


def resources(app: App) -> Iterator[Part]:
    """The queue before it."""
    if app.retention is not None and app.orchestrators:
        yield {"kind": "queue", "name": QUEUE, "dead": QUEUE + DEAD, "receives": SLACK, "hidden": HIDDEN}


def kept_days(app: App, least: int) -> int:
    """The days after which large values may be deleted: when no run can be kept any more that wrote them."""
    return max(least, RUN + 1 + int((app.retention or 0) // DAY))
