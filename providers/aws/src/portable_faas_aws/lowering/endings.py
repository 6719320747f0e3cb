"""The name and the text of a failure that ends an orchestrator without any Lambda of ours to report it."""

import json
from functools import cache

from portable_faas.ir import ActivityShape
from portable_faas.values import Failure
from portable_faas_aws.runtime.failures import TIMED_OUT, crashed, late


def report(shape: ActivityShape, error: str) -> tuple[str, str]:
    """The error and cause of the Fail state."""
    return _late(shape.name, shape.timeout) if error in TIMED_OUT else _crashed(shape.name)


@cache
def _late(activity: str, timeout: int | None) -> tuple[str, str]:
    return _told(late(activity, timeout))


@cache
def _crashed(activity: str) -> tuple[str, str]:
    return _told(crashed(activity))


def _told(failure: Failure) -> tuple[str, str]:
    return failure.type, json.dumps(failure.to_wire())
