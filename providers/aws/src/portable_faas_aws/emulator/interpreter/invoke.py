"""Patch: Lambda's Invoke, as any client calls it, runs the function's sandbox instead of a container."""

import base64
import json
import threading
from typing import Any

from moto.awslambda.models import LambdaFunction

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching


def install(patching: Patching, session: Session) -> None:
    """Replace the invocation of a function."""

    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        kind = request_headers.get("x-amz-invocation-type", "RequestResponse")
        event = body.encode() if isinstance(body, str) else body or b"{}"
        if kind == "DryRun":
            return b""
        done = threading.Event()
        outside = session.clock.outside()
        outside.__enter__()
        if kind == "Event":
            session.lambdas.invoke(self.function_name, event, lambda: outside.__exit__(None, None, None))
            return b""
        try:
            invocation = session.lambdas.invoke(self.function_name, event, done.set)
            done.wait()
        finally:
            outside.__exit__(None, None, None)
        if invocation.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        lines = json.dumps(session.lambdas.logs(self.function_name)[-20:])
        response_headers["x-amz-log-result"] = base64.b64encode(lines.encode()[-4096:]).decode()
        return invocation.payload

    patching.replace(LambdaFunction, "invoke", invoke)
