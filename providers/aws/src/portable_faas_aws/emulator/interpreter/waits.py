"""Patch: Wait states and the delays of Retry are spent on the emulator's clock.

moto compares a timestamp with the machine's local time without a zone, cuts it to whole seconds and refuses offsets;
its Retry sleeps in the machine's time and does not hear that the execution was stopped.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

from portable_faas_aws.emulator.interpreter.failures import QUERY, failure
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.timestamps import from_text, moment


def install(patching: Patching, session: Session) -> None:
    """Replace the waiting and the reading of timestamps."""

    def seconds_until(self: Any, env: Any) -> float:
        self.string.eval(env=env)
        text = env.stack.pop()
        due = from_text(text)
        if due is None:
            raise failure(env, QUERY, f"The Timestamp '{text}' is not an ISO-8601 date and time with Z or an offset")
        return (due - session.clock.now()) / 1000

    def wait(self: Any, env: Any, wait_seconds: float) -> None:
        if wait_seconds > 0:
            session.rest(env, seconds=wait_seconds)

    def valid(text: str) -> Any:
        millis = from_text(text)
        return None if millis is None else moment(millis)

    patching.replace(Timestamp, "_get_wait_seconds", seconds_until)
    patching.replace(Timestamp, "_from_timestamp_string", staticmethod(valid))
    patching.replace(WaitFunction, "_wait_interval", wait)
    patching.wrap(retrier_decl.RetrierDecl, "_eval_body", lambda original: _retrier(session, original))


def _retrier(session: Session, _original: Any) -> Any:
    outcomes = retrier_decl.RetrierOutcome

    def eval_body(self: Any, env: Any) -> None:
        self.error_equals.eval(env)
        if not env.stack.pop():
            env.stack.append(outcomes.Skipped)
            return
        self.max_attempts.eval(env=env)
        if not env.stack.pop().value:
            env.stack.append(outcomes.Failed)
            return
        for part in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
            part.eval(env=env)
        session.rest(env, seconds=env.stack.pop())
        env.stack.append(outcomes.Executed)

    return eval_body
