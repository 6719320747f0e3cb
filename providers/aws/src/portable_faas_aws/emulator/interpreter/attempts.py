"""Patch: how Task, Parallel and Map are tried, retried and caught.

moto evaluates Output, and the Arguments of Parallel, outside of what Retry and Catch guard, and waits for each
attempt in a second thread. On AWS every failure of the state, in Arguments, Assign and Output too, is the state's own
to retry and catch, and an attempt that failed assigns nothing. States.Runtime is never retried or caught; States.ALL
takes neither it nor States.DataLimitExceeded, and States.TaskFailed takes all that States.ALL takes but
States.Timeout (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
"""

import copy
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

from portable_faas_aws.emulator.interpreter.failures import DATA_LIMIT, RUNTIME
from portable_faas_aws.emulator.interpreter.session import Session, execution_arn
from portable_faas_aws.emulator.patching import Patching

FAILED = {StateMap: HistoryEventType.MapStateFailed, StateParallel: HistoryEventType.ParallelStateFailed}


def install(patching: Patching, session: Session) -> None:
    """Replace the evaluation of the three kinds of states, and which errors a Retry or Catch takes."""

    def run(self: Any, env: Any) -> None:
        env.states.context_object.context_object_data["State"]["RetryCount"] = 0
        given = env.stack.pop()
        while True:
            try:
                return _attempt(session, self, env, given)
            except Exception as error:
                failed = _failure(self, env, error)
            if not _again(session, self, env, failed):
                return None

    for kind in (ExecutionState, StateMap, StateParallel):
        patching.replace(kind, "_eval_state", run)
    patching.replace(ExecutionState, "_eval_state_output", lambda self, env: None)  # the attempt has computed it
    patching.wrap(StateParallel, "_eval_execution", _with_arguments)
    patching.replace(ErrorEqualsDecl, "_eval_body", _matches)


def _attempt(session: Session, state: Any, env: Any, given: Any) -> None:
    state.timeout.eval(env=env)
    seconds = env.stack.pop()
    frame = env.open_frame()
    frame.states.reset(input_value=given)
    frame.stack = [copy.deepcopy(given)]
    frame.time_out = None if state.timeout.is_default_value() else seconds
    frame.began = session.clock.now()
    try:
        state._eval_execution(frame)
        result = frame.stack.pop()
    finally:
        frame.set_ended()
        env.close_frame(frame)
    env.states.set_result(result)
    _finish(state, env, result)


def _finish(state: Any, env: Any, output: Any) -> None:
    """Compute Assign and Output; nothing is changed if one of them fails."""
    if state.output is not None:
        state.output.jsonata_template_value.eval(env=env)
        output = env.stack.pop()
    if state.assign_decl is not None:
        state.assign_decl.eval(env=env)
    env.stack.append(output)
    env.states.reset(input_value=output)


def _failure(state: Any, env: Any, error: Exception) -> Any:
    if isinstance(error, FailureEventException):
        return error.failure_event
    if isinstance(state, StateTask) and isinstance(error, TimeoutError):
        return state._get_timed_out_failure_event(env)
    return state._from_error(env=env, ex=error)


def _again(session: Session, state: Any, env: Any, failed: Any) -> bool:
    """Whether the state is tried again; False after a Catch. Raises the failure if nobody takes it."""
    env.assigned = {}
    env.stack.clear()
    if isinstance(state, StateTask):
        _record(env, failed.event_type, failed.event_details)
    env.states.set_error_output(state._construct_error_output_value(failure_event=failed))
    name = failed.error_name.error_name if failed.error_name else None
    if name != RUNTIME and state.retry and state._handle_retry(env=env, failure_event=failed) == RetryOutcome.CanRetry:
        session.usage.entered(execution_arn(env))
        env.states._states_data.pop("errorOutput", None)
        _new_token(env)
        return True
    for kind, event in FAILED.items():
        if isinstance(state, kind):
            _record(env, event, None)
    if name != RUNTIME and state.catch:
        state._handle_catch(env=env, failure_event=failed)
        if env.stack[-1] == CatchOutcome.Caught:
            return False
    raise FailureEventException(failure_event=failed)


def _new_token(env: Any) -> None:
    """Each attempt has its own task token."""
    if "Task" in env.states.context_object.context_object_data:
        env.callback_pool_manager.add(env.states.context_object.update_task_token())


def _record(env: Any, kind: Any, details: Any) -> None:
    env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)


def _with_arguments(original: Any) -> Any:
    def eval_execution(self: Any, env: Any) -> None:
        if self.parargs is not None:
            self.parargs.eval(env=env)
            env.stack[:] = [env.stack[-1]]
        original(self, env)

    return eval_execution


def _matches(self: Any, env: Any) -> None:
    name = env.stack.pop().error_name
    named = {each.error_name for each in self.error_names}
    wild = name not in (RUNTIME, DATA_LIMIT)
    all_but_timeout = "States.TaskFailed" in named and name != "States.Timeout"
    env.stack.append(name in named or (wild and ("States.ALL" in named or all_but_timeout)))
