"""Patches: what Lambda and EventBridge Scheduler look at before they take something, and moto does not.

a mapping                its function's role may read the queue, which hides messages for as long as the function works,
                         or the stream
a function               its role may send to its queue of failed events
a schedule               its role lets the Scheduler act as it

Sources: "Using Lambda with Amazon SQS", "Adding a dead-letter queue" (Lambda), "Setting up the execution role"
(EventBridge Scheduler), docs.aws.amazon.com.
"""

from collections.abc import Callable
from typing import Any, Final

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend

from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.rights import SEND, Rights, queue_of
from portable_faas_aws.emulator.roles import LAMBDA, NotTrusted, Roles

SCHEDULER: Final = "scheduler.amazonaws.com"
NAMES: Final = {"sqs": "SQS", "dynamodb": "DynamoDB"}


def install(patching: Patching, roles: Roles, mapped: Callable[[], None], scheduled: Callable[[], None]) -> None:
    """Look before each of these is created or changed; ``mapped`` and ``scheduled`` hear of what was taken."""
    rights = Rights(roles)

    def mapping(original: Any) -> Any:
        def create(self: Any, spec: dict[str, Any]) -> Any:
            _check_mapping(self.get_function(spec["FunctionName"]), spec["EventSourceArn"], rights)
            made = original(self, spec)
            mapped()
            return made

        return create

    def function(original: Any) -> Any:
        def create(self: Any, spec: dict[str, Any]) -> Any:
            _check_lost(spec, spec["Role"], rights)
            return original(self, spec)

        return create

    def configured(original: Any) -> Any:
        def change(self: Any, name: str, qualifier: str, body: dict[str, Any]) -> Any:
            _check_lost(body, body.get("Role") or self.get_function(name).role, rights)
            return original(self, name, qualifier, body)

        return change

    def schedule(original: Any) -> Any:
        def change(self: Any, **given: Any) -> Any:
            _check_schedule(given["target"].get("RoleArn"), roles)
            made = original(self, **given)
            scheduled()
            return made

        return change

    patching.wrap(LambdaBackend, "create_event_source_mapping", mapping)
    patching.wrap(LambdaBackend, "create_function", function)
    patching.wrap(LambdaBackend, "update_function_configuration", configured)
    patching.wrap(EventBridgeSchedulerBackend, "create_schedule", schedule)
    patching.wrap(EventBridgeSchedulerBackend, "update_schedule", schedule)


def _check_mapping(function: Any, arn: str, rights: Rights) -> None:
    unread = rights.unread(function.role, arn)
    if unread is not None:
        service, _, operation = unread.partition(":")
        said = f"The function execution role does not have permissions to call {operation} on {NAMES[service]}"
        raise _refused(said)
    queue = queue_of(arn)
    if queue is not None and queue.visibility_timeout < int(function.timeout):
        hidden = f"Queue visibility timeout: {queue.visibility_timeout} seconds"
        raise _refused(f"{hidden} is less than Function timeout: {function.timeout} seconds")


def _check_lost(given: dict[str, Any], role: str, rights: Rights) -> None:
    dead = (given.get("DeadLetterConfig") or {}).get("TargetArn")
    if dead and not rights.acts(role, LAMBDA, SEND, dead):
        raise _refused("The provided execution role does not have permissions to call SendMessage on SQS")


def _check_schedule(role: str | None, roles: Roles) -> None:
    try:
        roles.assume(str(role), SCHEDULER)
    except NotTrusted as error:
        told = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
        raise ValidationException(told) from error


def _refused(message: str) -> LambdaClientError:
    return LambdaClientError("InvalidParameterValueException", message)
