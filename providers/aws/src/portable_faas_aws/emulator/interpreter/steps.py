"""Patch: how one state runs, from its entered event to its exited event.

Mended here, all as in docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html and
.../concepts-error-handling.html: Assign and Output are computed from the variables as they were on entry, and Assign
takes effect with the end of the state; ``$states.result`` and ``$states.errorOutput`` exist only where there is one;
a Catch may lead to the state that it belongs to (moto takes that for no Catch at all and goes on to the state's Next);
an expression of a stopped branch is not evaluated with half of its operands (moto skips it and goes on), the branch
ends instead.
"""

from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.catch.catcher_decl import CatcherDecl
from moto.stepfunctions.parser.asl.component.common.catch.catcher_outcome import CatcherOutcomeCaught
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.state_pass.state_pass import StatePass
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.states import States

from portable_faas_aws.emulator.interpreter.limits import check_value
from portable_faas_aws.emulator.interpreter.session import Session, execution_arn
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.timestamps import to_text
from portable_faas_aws.emulator.turns import Stopped


def install(patching: Patching, session: Session) -> None:
    """Replace the evaluation of states, of Assign, and the reset of ``$states``."""

    def run_state(self: Any, env: Any) -> None:
        session.usage.entered(execution_arn(env))
        entered = EventDetails(stateEnteredEventDetails=self._get_state_entered_event_details(env=env))
        _add_event(env, self.state_entered_event_type, entered)
        context = env.states.context_object.context_object_data
        context["State"] = {"EnteredTime": to_text(session.clock.now()), "Name": self.name}
        env.assigned = {}
        env.caught = False
        env.stack.append(env.states.get_input())
        self._eval_state(env)
        self._eval_state_output(env=env)
        _leave(self, env)

    patching.replace(CommonStateField, "_eval_body", run_state)
    patching.replace(StatePass, "_eval_state", _pass)
    patching.replace(AssignDecl, "_eval_body", _assign)
    patching.wrap(CatcherDecl, "_eval_body", _noting)
    patching.replace(States, "reset", _reset)
    patching.replace(EvalComponent, "eval", _evaluate)


def _pass(self: Any, env: Any) -> None:
    """A Pass state has no ``$states.result``."""
    if self.assign_decl is not None:
        self.assign_decl.eval(env=env)


def _leave(state: Any, env: Any) -> None:
    check_value(env, f"the output of state '{state.name}'", env.states.get_input())
    for name, value in env.assigned.items():
        env.variable_store.set(variable_identifier=name, variable_value=value)
    if not env.caught:
        state._set_next(env)
    if state.state_exited_event_type is not None:
        details = EventDetails(stateExitedEventDetails=state._get_state_exited_event_details(env=env))
        _add_event(env, state.state_exited_event_type, details)


def _noting(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The evaluation of a catcher, which notes that it says where to go on."""

    def evaluate(self: Any, env: Any) -> None:
        original(self, env)
        env.caught = isinstance(env.stack[-1], CatcherOutcomeCaught)

    return evaluate


def _add_event(env: Any, kind: Any, details: Any) -> None:
    env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)


def _assign(self: Any, env: Any) -> None:
    """Compute the values; they are assigned when the state ends."""
    values: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        values.update(env.stack.pop())
    for name, value in values.items():
        check_value(env, f"variable '{name}'", value)
    check_value(env, "what one Assign sets", values)
    env.assigned = values


def _reset(self: Any, input_value: Any) -> None:
    self._states_data["input"] = input_value
    self._states_data.pop("result", None)
    self._states_data.pop("errorOutput", None)


def _evaluate(self: Any, env: Any) -> None:
    if not env.is_running():
        raise Stopped
    self._eval_body(env)
