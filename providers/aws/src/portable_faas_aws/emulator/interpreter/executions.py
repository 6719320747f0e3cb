"""Patch: starting, describing, stopping executions, and the times they carry.

moto calls an execution without a name "None", drops an output that is null, gives one that is a string without
quotes, takes the machine's time, reports a stopped execution as
running until its threads have noticed, and gives a history in one page, however long.
"""

import copy
import json
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.events.models import events_backends
from moto.stepfunctions import responses
from moto.stepfunctions.parser import api, models
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend import execution as backend

from portable_faas_aws.emulator.interpreter.limits import MAX_BYTES
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.timestamps import moment, to_text
from portable_faas_aws.emulator.turns import TurnThread

SECONDS_TO_STOP: Final = 10  # real; the threads of a stopped execution have nothing left to do but end


class Invalid(AWSError):
    """A request that the API's model does not allow."""

    TYPE = "ValidationException"
    STATUS = 400


def install(patching: Patching, session: Session) -> None:
    """Replace the API's calls and the sources of time."""
    clock = session.clock

    def start(
        self: Any, state_machine_arn: str, name: Any = None, execution_input: Any = None, trace_header: Any = None
    ) -> Any:
        machine = self.describe_state_machine(state_machine_arn)
        text = _input(execution_input)
        known = name and machine._handle_name_input_idempotency(name, text)
        if known:
            return known
        execution = _made(self, machine, name or str(uuid.uuid4()), text, clock.now())
        machine.executions.append(execution)
        execution.start()
        return execution

    def ended(original: Any) -> Any:
        def reflect(self: Any) -> None:
            original(self)
            self.execution.stop_date = moment(clock.now())
            if session.watch is not None:
                session.watch.executed(self.execution)
            _tell_bus(self.execution)
            self.execution.over.set()
            session.ended.set()
            session.ended.clear()

        return reflect

    def stop(self: Any, stop_date: Any, error: Any, cause: Any) -> None:
        with clock.away() if isinstance(threading.current_thread(), TurnThread) else nullcontext():
            _until(lambda: self.over.is_set() or _began(self))
            if not self.over.is_set():
                self.exec_worker.stop(stop_date=moment(clock.now()), cause=cause, error=error)
            _until(self.over.is_set)

    patching.replace(models.StepFunctionsParserBackend, "start_execution", start)
    patching.wrap(backend.BaseExecutionWorkerCommunication, "_reflect_execution_status", ended)
    patching.replace(backend.Execution, "stop", stop)
    patching.wrap(backend.Execution, "get_start_execution_details", _start_time)
    patching.replace(EventManager, "_get_current_timestamp", staticmethod(lambda: moment(clock.now())))
    patching.replace(responses.StepFunctionResponse, "describe_execution", _describe)
    patching.replace(responses.StepFunctionResponse, "get_execution_history", _history)


def _tell_bus(execution: Any) -> None:
    """The event that Step Functions has for the default bus when an execution has ended."""
    told = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": str(execution.exec_status.value),
    }
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Resources": [execution.exec_arn],
        "Detail": json.dumps(told),
    }
    events_backends[ACCOUNT][REGION].put_events([entry])


def _began(execution: Any) -> bool:
    env = execution.exec_worker.env
    return env is not None and env._program_state is not None


def _until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does as soon as it has its turn."""
    last = time.monotonic() + SECONDS_TO_STOP
    while not condition():
        if time.monotonic() > last:
            raise RuntimeError("an execution did not stop")
        time.sleep(0.001)


def _input(text: str | None) -> str:
    text = "{}" if text is None else text
    if len(text.encode()) > MAX_BYTES:
        raise Invalid(
            f"Value at 'input' failed to satisfy constraint: Member must have length less than or equal to {MAX_BYTES}"
        )
    try:
        json.loads(text)
    except ValueError as error:
        raise api.InvalidExecutionInput(
            f"Invalid State Machine Execution Input: '{error}'", "InvalidExecutionInput"
        ) from error
    return text


def _made(self: Any, machine: Any, name: str, text: str, now: int) -> Any:
    if not 0 < len(name) <= 80:
        raise api.InvalidName(f"Invalid Name: '{name}'", "InvalidName")
    execution = backend.Execution(
        name=name,
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=f"arn:{self.partition}:states:{self.region_name}:{self.account_id}:execution:{machine.name}:{name}",
        account_id=self.account_id,
        region_name=self.region_name,
        state_machine=copy.copy(machine),  # what it was when the execution began
        start_date=moment(now),
        cloud_watch_logging_session=None,
        activity_store={},
        input_data=text,
    )
    made: Any = execution
    made.over = threading.Event()
    return made


def _start_time(original: Any) -> Any:
    def details(self: Any) -> Any:
        made = original(self)
        made.start_time = to_text(round(self.start_date.timestamp() * 1000))
        return made

    return details


def _describe(self: Any) -> ActionResult:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    found = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
    }
    optional = {"stopDate": execution.stop_date, "error": execution.error, "cause": execution.cause}
    found.update({name: value for name, value in optional.items() if value is not None})
    if execution.status == "SUCCEEDED":
        found["output"] = json.dumps(execution.output, separators=(",", ":"), ensure_ascii=False)
        found["outputDetails"] = {"included": True}
    return ActionResult(found)


def _history(self: Any) -> ActionResult:
    """A page of the events: 100 unless the request asks for more, 1,000 at most."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    env = execution.exec_worker.env
    events = list(env.event_manager._history_event_list) if env is not None else []
    if self._get_param("reverseOrder"):
        events.reverse()
    start = int(self._get_param("nextToken") or 0)
    end = start + (min(self._get_param("maxResults") or 0, 1000) or 100)
    page: dict[str, Any] = {"events": events[start:end]}
    return ActionResult(page if end >= len(events) else {**page, "nextToken": str(end)})
