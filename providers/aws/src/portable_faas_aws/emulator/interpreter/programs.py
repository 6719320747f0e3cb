"""Patch: how a program (a state machine, a branch, an iteration) runs, and how definitions are read.

moto runs each program in one more thread and joins it in the machine's time; here it runs in the thread that it has,
and the TimeoutSeconds of a state machine is due on the emulator's clock. Reading a definition takes tens of
milliseconds, and moto reads it again for every execution; here once. Only JSONata is read: the other query language
is not what this emulator is mended for.
"""

import json
from functools import lru_cache
from typing import Any, Final

from moto.stepfunctions.parser import api, models
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramStopped,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.turns import Stopped

ENDED: Final = (ProgramEnded, ProgramError, ProgramStopped, ProgramTimedOut)


def install(patching: Patching, session: Session) -> None:
    """Replace the evaluation of programs and the parser."""
    turns = session.turns

    def limit(env: Any, seconds: float, done: Any) -> None:
        if not turns.wait(done, seconds=seconds):
            env.set_timed_out()

    def run(self: Any, env: Any) -> None:
        if env._program_state is not None and not env.is_running():
            return
        env.next_state_name = self.start_at.start_at_name
        done = turns.event()
        if self.timeout_seconds is not None:
            turns.thread(limit, (env, self.timeout_seconds.timeout_seconds, done), "time-out").start()
        try:
            self._eval_body(env)
        except Stopped:
            if env.is_frame():  # nobody waits for a branch that was stopped
                raise
            self._eval_body(env)  # runs no state any more, and records how the execution ended
        finally:
            done.set()

    patching.replace(Program, "eval", run)
    patching.replace(models.StepFunctionsParserBackend, "_validate_definition", staticmethod(_validate))
    patching.wrap(Environment, "set_error", lambda original: _unless(original, (ProgramStopped, ProgramTimedOut)))
    patching.wrap(Environment, "set_timed_out", lambda original: _unless(original, ENDED))
    patching.replace(AmazonStateLanguageParser, "parse", staticmethod(_cached(AmazonStateLanguageParser.parse)))


def _validate(definition: str) -> None:
    """As moto does, with the name that clients know the error by."""
    try:
        AmazonStateLanguageParser.parse(definition)
    except Exception as error:
        raise api.InvalidDefinition(f"Invalid State Machine Definition: '{error}'", "InvalidDefinition") from error


def _unless(original: Any, ended: tuple[type, ...]) -> Any:
    """A program that was stopped does not fail as well, and one that has ended does not time out."""

    def end(self: Any, *args: Any, **kwargs: Any) -> None:
        with self._state_mutex:
            if not isinstance(self._program_state, ended):
                original(self, *args, **kwargs)

    return end


_parse: Any = None


def _cached(parse: Any) -> Any:
    global _parse
    if _parse is None:
        _parse = lru_cache(maxsize=256)(parse)

    def read(definition: str) -> Any:
        if json.loads(definition).get("QueryLanguage") != "JSONata":
            raise ASLParserException(["the emulator runs state machines whose QueryLanguage is JSONata"])
        return _parse(definition)

    return read
