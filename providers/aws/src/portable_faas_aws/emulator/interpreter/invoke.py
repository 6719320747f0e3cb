"""Patch: Lambda's Invoke, as any client calls it, runs the function's sandbox instead of a container."""

import base64
import json
import threading
from contextlib import ExitStack
from typing import Any

from moto.awslambda.models import LambdaFunction

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching


def install(patching: Patching, session: Session) -> None:
    """Replace the invocation of a function."""

    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        name = self.function_arn
        kind = request_headers.get("x-amz-invocation-type", "RequestResponse")
        event = body.encode() if isinstance(body, str) else body or b"{}"
        if kind == "DryRun":
            return b""
        working = ExitStack()
        working.enter_context(session.clock.outside())
        if kind == "Event":
            session.lambdas.invoke(name, event, working.close)
            return b""
        done = threading.Event()
        with working:
            invocation = session.lambdas.invoke(name, event, done.set)
            done.wait()
        if invocation.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        lines = json.dumps(session.lambdas.logs(invocation.function.name)[-20:])
        response_headers["x-amz-log-result"] = base64.b64encode(lines.encode()[-4096:]).decode()
        return invocation.payload

    patching.replace(LambdaFunction, "invoke", invoke)
