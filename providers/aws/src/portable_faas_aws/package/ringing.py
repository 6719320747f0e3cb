"""The Lambda that rings for waits whose event stands in their row, in the manifest of an app that waits for events.

{"kind": "table", "name": "instances", "stream": true}
Function("pfaas_bell", triggers=({"kind": "stream", "table": "instances", "having": "bells"},))
"""

from collections.abc import Sequence
from typing import Any, Final

from portable_faas.manifest import Function
from portable_faas_aws.runtime.row import BELLS

NAME: Final = "pfaas_bell"
MODULE: Final = "portable_faas_aws.runtime.bell"
TIMEOUT: Final = 60  # seconds for the images that Lambda gives at once
STREAMED: Final = {"stream": True}


def function(package: str, table: str, listening: Sequence[str]) -> Function:
    """The function; ``listening`` are the orchestrators whose Tasks it may end."""
    trigger: dict[str, Any] = {"kind": "stream", "table": table, "having": BELLS}
    rows = {"kind": "table", "name": table, "may": ["stream"]}
    machines = ({"kind": "machine", "name": name, "may": ["succeed"]} for name in listening)
    handler, may = f"{MODULE}.ring", (rows, *machines)
    return Function(NAME, "stream", handler, package, None, TIMEOUT, triggers=(trigger,), permissions=may)
