"""The functions of the emulated account as its Lambda API knows them: versions, settings, code.

"arn:aws:lambda:us-east-1:123456789012:function:orders-dev-charge:3"   ->   Function("orders-dev-charge:3", ...)
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends

from portable_faas_aws.emulator.declared import Function
from portable_faas_aws.emulator.lambdas.invocation import Invocation
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.roles import LAMBDA, Roles
from portable_faas_aws.emulator.watch import Watch

LATEST: Final = "$LATEST"


@final
class Registered:
    """Looks functions up; their code is written into ``folder``, once for each hash."""

    def __init__(self, folder: Path, roles: Roles, watch: Watch) -> None:
        self._folder = folder
        self._roles = roles
        self._watch = watch

    def find(self, name: str) -> Function | None:
        """The function, and version, that a name or an ARN means; None if there is none."""
        try:
            found: Any = lambda_backends[ACCOUNT][REGION].get_function(name)
        except UnknownFunctionException:
            return None
        version = str(found.version)
        return Function(
            name=found.function_name if version == LATEST else f"{found.function_name}:{version}",
            code=self._code(found.code_bytes),
            handler=found.handler,
            timeout=int(found.timeout),
            memory=int(found.memory_size),
            environment=dict(found.environment_vars or {}),
            role=found.role,
            log_group=_log_group(found),
            is_traced=(found.tracing_config or {}).get("Mode") == "Active",
            dead_letters=getattr(found, "dead_letters", None),
        )

    def credentials(self, function: Function) -> dict[str, str]:
        """The environment variables that its processes sign with; ``NotTrusted`` if Lambda may not act as its role."""
        return {name.upper(): key for name, key in self._roles.keys(str(function.role), LAMBDA).items()}

    def invoked(self, invocation: Invocation, lines: Sequence[str]) -> None:
        """What it wrote goes into its log group."""
        self._watch.invoked(invocation, lines)

    def _code(self, data: bytes) -> Path:
        file = self._folder / f"{hashlib.sha256(data).hexdigest()}.zip"
        if not file.exists():
            file.write_bytes(data)
        return file


def _log_group(found: Any) -> str:
    return str(getattr(found, "log_group", None) or f"/aws/lambda/{found.function_name}")


def install(patching: Patching) -> None:
    """Patch: moto forgets where a function logs and where its failed events go, and changes of both and of tracing."""

    def kept(original: Any) -> Any:
        def create(self: Any, *given: Any, spec: dict[str, Any], **named: Any) -> None:
            original(self, *given, spec=spec, **named)
            _keep(self, spec)

        return create

    def changed(original: Any) -> Any:
        def change(self: Any, given: dict[str, Any]) -> Any:
            _keep(self, given)
            return original(self, given)

        return change

    patching.wrap(LambdaFunction, "__init__", kept)
    patching.wrap(LambdaFunction, "update_configuration", changed)


def _keep(function: Any, given: dict[str, Any]) -> None:
    if "LoggingConfig" in given:
        function.log_group = given["LoggingConfig"].get("LogGroup")
    if "DeadLetterConfig" in given:
        function.dead_letters = given["DeadLetterConfig"].get("TargetArn") or None
    if "TracingConfig" in given:
        function.tracing_config = given["TracingConfig"]
