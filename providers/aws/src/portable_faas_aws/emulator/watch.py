"""What the platform writes about a run, with the rights of the role that ran: log lines and traces.

Where the role may not, nothing is written and nobody is told, as on AWS. Sources: "Sending Lambda function logs to
CloudWatch Logs", "Visualize Lambda function invocations using AWS X-Ray", docs.aws.amazon.com/lambda.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, final

from moto.logs.models import logs_backends

from portable_faas_aws.emulator.declared import Function
from portable_faas_aws.emulator.lambdas.invocation import Invocation
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.roles import Roles

STREAM: Final = "emulated"


@final
class Segment(NamedTuple):
    """A part of a trace: what ran, and what kind of thing that is."""

    name: str
    origin: str


@final
class Watch:
    """Writes into the account's log groups; ``traces`` are the segments that X-Ray was given."""

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self.traces: Final[list[Segment]] = []

    def invoked(self, invocation: Invocation, lines: Sequence[str]) -> None:
        """A function has ended an invocation and written ``lines``."""
        function = invocation.function
        if function.role is None:
            return
        self._log(function, [*lines, _report(invocation)])
        if function.is_traced:
            self.traced(function.role, function.name.partition(":")[0], "AWS::Lambda::Function")

    def traced(self, role: str, name: str, origin: str) -> None:
        """Something that is traced has run."""
        if self._roles.may(role, "xray:PutTraceSegments", "*"):
            self.traces.append(Segment(name, origin))

    def executed(self, execution: Any) -> None:
        """A state machine has ended an execution."""
        machine = execution.state_machine
        if (machine.tracingConfiguration or {}).get("enabled"):
            self.traced(execution.role_arn, machine.name, "AWS::StepFunctions::StateMachine")

    def _log(self, function: Function, lines: Sequence[str]) -> None:
        group, backend = str(function.log_group), logs_backends[ACCOUNT][REGION]
        place = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:{STREAM}"
        needed = ("logs:CreateLogStream", "logs:PutLogEvents")
        if group not in backend.groups or not all(self._roles.may(str(function.role), one, place) for one in needed):
            return
        if STREAM not in backend.groups[group].streams:
            backend.create_log_stream(group, STREAM)
        now = int(time.time() * 1000)
        backend.put_log_events(group, STREAM, [{"timestamp": now, "message": line} for line in lines])


def _report(invocation: Invocation) -> str:
    status = "error" if invocation.failed else "success"
    return json.dumps({"type": "platform.report", "record": {"requestId": invocation.id, "status": status}})
