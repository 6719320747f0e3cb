"""Patch: the interpreter calls other services through one client each, and in the names that their APIs have.

moto makes a boto client for every call (tens of milliseconds), aimed at a port from the environment. A state machine
writes every parameter in upper camel case while some APIs, Step Functions' own among them, use lower; moto has left
out the translation.
"""

from functools import lru_cache
from typing import Any, Final, final

import botocore.session
from botocore import xform_name
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.utils import boto_client

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching

WAITING: Final = ("lambda", "stepfunctions")


@final
class Away:
    """A client whose calls may wait for other threads of the interpreter, so they are made without holding the turn."""

    def __init__(self, session: Session, client: Any) -> None:
        self._session = session
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def without_turn(**parameters: Any) -> Any:
            with self._session.clock.away():
                return call(**parameters)

        return without_turn


def install(patching: Patching, session: Session) -> None:
    """Replace the making of clients and the translation of names."""

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        client = session.client(service, None if session.roles is None else state_credentials.role_arn)
        return Away(session, client) if service in WAITING else client

    patching.everywhere("moto.stepfunctions", boto_client.boto_client_for, client_for)
    patching.replace(StateTaskService, "_normalise_parameters", _parameters)
    patching.replace(StateTaskService, "_normalise_response", _response)


def _parameters(self: Any, parameters: Any, boto_service_name: Any = None, service_action_name: Any = None) -> None:
    operation = _of(self, boto_service_name, service_action_name)
    if operation is not None and operation.input_shape is not None:
        self._to_boto_request(parameters, operation.input_shape)


def _response(self: Any, response: Any, boto_service_name: Any = None, service_action_name: Any = None) -> None:
    operation = _of(self, boto_service_name, service_action_name)
    if operation is not None and operation.output_shape is not None:
        self._from_boto_response(response, operation.output_shape)


def _of(task: Any, service: Any, action: Any) -> Any:
    name = task._get_boto_service_name(service)
    if name == "lambda":  # its names are in upper camel case already, and the call does not go through boto
        return None
    return _operation(name, task._get_boto_service_action(action))


@lru_cache(maxsize=256)
def _operation(service: str, action: str) -> Any:
    model = botocore.session.get_session().get_service_model(service)
    found = (name for name in model.operation_names if xform_name(name) == action)
    return next((model.operation_model(name) for name in found), None)
