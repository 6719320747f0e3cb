"""The name and the text of a failure that ends an orchestrator without any Lambda of ours to report it."""

import json

from portable_faas.ir import ActivityShape
from portable_faas_aws.runtime.failures import TIMED_OUT, crashed, late


def report(shape: ActivityShape, error: str) -> tuple[str, str]:
    """The error and cause of the Fail state."""
    failure = late(shape.name, shape.timeout) if error in TIMED_OUT else crashed(shape.name)
    return failure.type, json.dumps(failure.to_wire())
