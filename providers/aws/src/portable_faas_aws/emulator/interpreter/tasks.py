"""Patch: a Task that calls a Lambda function hands the event straight to the function's sandbox.

moto sends it to its own HTTP server through a new boto client, which costs tens of milliseconds. Time-outs of a Task
count in real seconds from the moment the function has the event, because the clock stands still while it works; what
a function does after that is dropped, and it does not hold the clock any more.
"""

import json
import time
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from portable_faas_aws.emulator.interpreter.session import Session, execution_arn
from portable_faas_aws.emulator.lambdas.host import UnknownFunction
from portable_faas_aws.emulator.lambdas.invocation import Invocation
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.roles import Roles, refusal
from portable_faas_aws.emulator.wishes import function_arn


def install(patching: Patching, session: Session) -> None:
    """Replace the call of a function."""

    def call(env: Any, parameters: dict[str, Any], region: str, state_credentials: Any) -> None:
        session.usage.invoked(execution_arn(env))
        if session.roles is not None:
            _check(session.roles, state_credentials.role_arn, parameters["FunctionName"])
        invocation = _outcome(session, env, parameters)
        if invocation.failed:
            text = json.dumps(json.loads(invocation.payload), separators=(",", ":"), ensure_ascii=False)
            raise lambda_eval_utils.LambdaFunctionErrorException("Unhandled", text)
        payload = json.loads(invocation.payload)
        env.stack.append({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200})

    patching.replace(lambda_eval_utils, "to_payload_type", _event)
    patching.replace(lambda_eval_utils, "execute_lambda_function_integration", call)


def _event(payload: Any) -> bytes:
    """The event as JSON. moto sends a text that happens to be JSON as what it says: "5" would arrive as a number."""
    return json.dumps({} if payload is None else payload, separators=(",", ":"), ensure_ascii=False).encode()


def _outcome(session: Session, env: Any, parameters: dict[str, Any]) -> Invocation:
    done = session.turns.event()
    try:
        invocation = session.lambdas.invoke(parameters["FunctionName"], parameters.get("Payload", b"{}"), done.set)
    except UnknownFunction as unknown:
        raise _refused("ResourceNotFoundException", 404, str(unknown)) from unknown
    left: float | None = env.time_out
    while not session.rest(env, done, outside=True, limit=left):
        passed = 0.0 if invocation.started is None else time.monotonic() - invocation.started
        left = env.time_out - passed
        if left <= 0:
            raise EvalTimeoutError
    return invocation


def _check(roles: Roles, role: str, function: str) -> None:
    """Whether the state machine may call it."""
    wish = ("lambda:InvokeFunction", function_arn(function))
    if not roles.may(role, *wish):
        raise _refused("AccessDeniedException", 403, refusal(role, *wish))


def _refused(code: str, status: int, message: str) -> ClientError:
    meta: Any = {"RequestId": "00000000-0000-0000-0000-000000000000", "HTTPStatusCode": status}
    error: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}
    return ClientError(error, "Invoke")
