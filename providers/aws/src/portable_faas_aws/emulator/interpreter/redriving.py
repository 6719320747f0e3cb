"""Patch: RedriveExecution, which moto lacks: a failed execution goes on with the state that failed.

The state has the input and the variables that it had, its retries begin anew, and the history goes on (Step Functions
Developer Guide, "Restarting state machine executions with redrive"). There the branches of a Parallel or Map that have
ended keep their results; their results are not kept here, so an execution that failed in one is refused.
"""

import threading
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions import responses
from moto.stepfunctions.parser import api
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramRunning

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.timestamps import moment


class NotRedrivable(api.ServiceException):
    """What the API says of an execution that cannot be redriven."""

    code = "ExecutionNotRedrivable"
    sender_fault = False
    status_code = 400


def install(patching: Patching, session: Session) -> None:
    """Add the action."""

    def redrive(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        with session.clock.locked():
            _reopen(execution)
        session.turns.thread(lambda: _run(execution), name="redriven").start()
        return ActionResult({"redriveDate": moment(session.clock.now())})

    patching.add(responses.StepFunctionResponse, "redrive_execution", redrive)


def _reopen(execution: Any) -> None:
    env = execution.exec_worker.env
    if not isinstance(env.program_state(), ProgramError):
        raise NotRedrivable(f"Execution is not redrivable: its status is {execution.status}", "ExecutionNotRedrivable")
    name = env.states.context_object.context_object_data["State"]["Name"]
    if not isinstance(execution.exec_worker._get_evaluation_entrypoint()._get_state(name), StateTask):
        raise NotRedrivable(
            f"the emulator redrives Tasks, and the execution failed in {name!r}", "ExecutionNotRedrivable"
        )
    running = ProgramRunning()
    running.next_state_name = name
    env._program_state = running
    env.stack.clear()
    env.states.reset(input_value=env.states.get_input())
    execution.exec_status = api.ExecutionStatus.RUNNING
    execution.error = execution.cause = execution.stop_date = None
    execution.over = threading.Event()


def _run(execution: Any) -> None:
    worker = execution.exec_worker
    worker.env.event_manager.add_event(
        context=worker.env.event_history_context,
        event_type=HistoryEventType.ExecutionRedriven,
        event_details=EventDetails(),
    )
    worker._get_evaluation_entrypoint()._eval_body(worker.env)
    worker._execution_communication.terminated()
