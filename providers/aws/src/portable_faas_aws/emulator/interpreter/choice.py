"""Patch: Choice reports what AWS reports, and the state's own Assign and Output belong to its Default alone.

moto takes any value as a condition, fails with States.Runtime where no rule matches, and applies the state-level
Assign and Output also after a rule whose Next happens to be the Default.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import ConditionStringJSONata
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from portable_faas_aws.emulator.interpreter.failures import NO_CHOICE, QUERY, failure
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching


def install(patching: Patching, _session: Session) -> None:
    """Replace the evaluation of conditions and of the state."""
    patching.replace(ConditionStringJSONata, "_eval_body", _condition)
    patching.replace(StateChoice, "_eval_state", _choose)
    patching.replace(StateChoice, "_eval_state_output", lambda self, env: None)  # the chosen way has computed it


def _condition(self: Any, env: Any) -> None:
    self.string_jsonata.eval(env=env)
    if not isinstance(env.stack[-1], bool):
        text = self.string_jsonata.expression
        raise failure(env, QUERY, f"The Condition '{text}' must give a boolean, and gave {env.stack[-1]!r}")


def _choose(self: Any, env: Any) -> None:
    for rule in self.choices_decl.rules:
        rule.comparison.eval(env)
        if env.stack.pop():
            _go(env, rule.assign, rule.output, rule.next_stmt.name)
            return
    if self.default_state is None:
        raise failure(env, NO_CHOICE, f"No rule of the Choice state '{self.name}' matched, and it has no Default")
    _go(env, self.assign_decl, self.output, self.default_state.state_name)


def _go(env: Any, assign: Any, output: Any, following: str) -> None:
    if assign:
        assign.eval(env=env)
    if output:
        output.eval(env=env)
    env.next_state_name = following
