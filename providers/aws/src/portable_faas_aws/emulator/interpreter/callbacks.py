"""Patch: task tokens. A token is good for one outcome; what comes later gets TaskTimedOut, as on AWS.

moto lets a second outcome replace the first, accepts one after the time-out, loses the cause of SendTaskFailure,
cannot construct the exceptions it means to raise, and forgets a token with its execution. It also polls a child
execution every half second; here the parent waits for its end, and a parent that is stopped stops it.
"""

import threading
from functools import partial
from typing import Any, Final

from moto.core.responses import EmptyResult
from moto.stepfunctions import responses
from moto.stepfunctions.parser import api, models
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback as service
from moto.stepfunctions.parser.asl.eval.callback import callback

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.turns import Stopped

LATE: Final = "Task Timed Out: 'Provided task does not exist anymore'"
_OUTCOME: Final = threading.Lock()


def install(patching: Patching, session: Session) -> None:
    """Replace waiting for a token and for a child execution, and the three Send calls."""
    task, backend = service.StateTaskServiceCallback, models.StepFunctionsParserBackend

    def token(self: Any, env: Any, timeout_seconds: Any, callback_endpoint: Any, heartbeat_endpoint: Any) -> Any:
        return _token(session, env, callback_endpoint, heartbeat_endpoint)

    def child(self: Any, env: Any, sync_resolver: Any, **_unused: Any) -> Any:
        while True:
            seen = session.ended.times
            if result := sync_resolver():
                return result
            ended = partial(_has_pulsed, session, seen)  # while it was asked, for which the turn is given away
            if not session.rest(env, session.ended, seconds=_left(session, env), over=ended):
                raise EvalTimeoutError

    patching.replace(task, "_eval_wait_for_task_token", token)
    patching.replace(task, "_eval_sync", child)
    patching.wrap(task, "_eval_integration_pattern", _stopping)
    patching.replace(callback.CallbackEndpoint, "notify", _notify)
    patching.replace(backend, "send_task_success", _success)
    patching.replace(backend, "send_task_failure", _failure)
    patching.replace(backend, "send_task_heartbeat", _heartbeat)
    patching.replace(responses.StepFunctionResponse, "send_task_failure", _send_failure)


def _has_pulsed(session: Session, seen: int) -> bool:
    return session.ended.times != seen


def _token(session: Session, env: Any, endpoint: Any, heartbeat: Any) -> Any:
    """The outcome, or the time-out that came first."""
    done = endpoint._notify_event
    while not done.is_set():
        left = _left(session, env)
        beat = heartbeat._heartbeat_seconds if heartbeat is not None else None
        seconds = min((each for each in (left, beat) if each is not None), default=None)
        if seconds is not None and seconds <= 0:
            break
        events = (done,) if heartbeat is None else (done, heartbeat._next_heartbeat_event)
        if not session.rest(env, *events, seconds=seconds):
            break
        if heartbeat is not None:
            heartbeat._next_heartbeat_event.clear()
    with _OUTCOME:
        done.set()
        outcome = endpoint.get_outcome()
    return outcome or callback.CallbackOutcomeTimedOut(callback_id=endpoint.callback_id)


def _left(session: Session, env: Any) -> float | None:
    """The seconds until the time-out of the task, None if it has none."""
    return None if env.time_out is None else env.time_out - (session.clock.now() - env.began) / 1000


def _notify(self: Any, outcome: Any) -> None:
    with _OUTCOME:
        if self._notify_event.is_set():
            raise api.TaskTimedOut(LATE, "TaskTimedOut")
        self._outcome = outcome
        self._notify_event.set()


def _stopping(original: Any) -> Any:
    def pattern(self: Any, env: Any, **kwargs: Any) -> None:
        submitted = env.stack[-1]
        try:
            original(self, env=env, **kwargs)
        except (Stopped, EvalTimeoutError):
            if isinstance(submitted, dict) and "ExecutionArn" in submitted:
                _child(env, submitted["ExecutionArn"]).stop(stop_date=None, error=None, cause=None)
            raise

    return pattern


def _child(env: Any, execution_arn: str) -> Any:
    details = env.aws_execution_details
    return models.stepfunctions_parser_backends[details.account][details.region].describe_execution(execution_arn)


def _endpoint(backend: Any, task_token: str) -> Any:
    for execution in backend._get_executions():
        env = execution.exec_worker.env if execution.exec_worker else None
        endpoint = env.callback_pool_manager.get(task_token) if env is not None else None
        if endpoint is not None:
            return endpoint
    raise api.InvalidToken


def _success(self: Any, task_token: str, outcome: str) -> None:
    _endpoint(self, task_token).notify(callback.CallbackOutcomeSuccess(callback_id=task_token, output=outcome))


def _failure(self: Any, task_token: str, error: str | None = None, cause: str | None = None) -> None:
    outcome = callback.CallbackOutcomeFailure(callback_id=task_token, error=error, cause=cause)
    _endpoint(self, task_token).notify(outcome)


def _heartbeat(self: Any, task_token: str) -> None:
    endpoint = _endpoint(self, task_token)
    if endpoint._notify_event.is_set():
        raise api.TaskTimedOut(LATE, "TaskTimedOut")
    endpoint.notify_heartbeat()


def _send_failure(self: Any) -> EmptyResult:
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    self.stepfunction_backend.send_task_failure(token, error=error, cause=cause)
    return EmptyResult()
