"""The name and the text of a failure that ends an orchestrator without any Lambda of ours to report it."""

import json
from typing import Any, Final

from portable_faas.ir import ActivityShape
from portable_faas_aws.lowering.asl import REPORT, expression
from portable_faas_aws.lowering.policy import AGAIN
from portable_faas_aws.runtime.failures import TIMED_OUT, crashed, late

_INNER: Final = "$parse($states.errorOutput.Cause).errorMessage"


def report(shape: ActivityShape, error: str) -> tuple[Any, Any]:
    """The error and cause of the Fail state."""
    if error == AGAIN:
        return expression(f"{REPORT}.type"), expression(_INNER)
    failure = late(shape.name, shape.timeout) if error in TIMED_OUT else crashed(shape.name)
    return failure.type, json.dumps(failure.to_wire())
