"""Calls the functions of an ``azure.functions`` app as the Python worker does: by name, with binding converters."""

import json
from collections.abc import Callable
from typing import Any, Final, final

import azure.functions as func
from azure.functions.meta import Datum

ORCHESTRATION: Final = "orchestrationTrigger"
ACTIVITY: Final = "activityTrigger"
MARKER: Final = "\n\n$OutOfProcData$:"  # the SDK raises a failed state as an exception whose text ends with it


@final
class Functions:
    """What the worker indexes: name, trigger and callable of each registered function."""

    def __init__(self, app: func.FunctionRegister) -> None:
        registry: Any = func.get_binding_registry
        self._converters: Any = registry()
        self._found: dict[tuple[str, str], tuple[str, Callable[..., Any]]] = {}
        app._require_auth_level = True  # unset, it makes indexing warn that a level is useless without HTTP functions
        for function in app.get_functions():
            trigger: Any = function.get_trigger()
            key = (str(trigger.type), str(function.get_function_name()))
            self._found[key] = (trigger.name, function.get_user_function())

    def has(self, kind: str, name: str) -> bool:
        """Whether a function of this name has this kind of trigger."""
        return (kind, name) in self._found

    def orchestrate(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an orchestrator function on the host's context; gives the state that it returns or raises."""
        try:
            text = self._called(ORCHESTRATION, name, json.dumps(context))
        except Exception as failed:
            _, marker, text = str(failed).partition(MARKER)
            if not marker:
                raise
        state: dict[str, Any] = json.loads(text)
        return state

    def activity(self, name: str, text: str) -> Callable[[], Any]:
        """The activity function with its decoded input, to be called; it gives a coroutine if it is one."""
        parameter, call = self._found[ACTIVITY, name]
        decoded = self._converters.get(ACTIVITY).decode(Datum(text, "json"), trigger_metadata={})
        return lambda: call(**{parameter: decoded})

    def encoded(self, result: object) -> str:
        """The result of an activity function as the JSON that the host records."""
        datum: Any = self._converters.get(ACTIVITY).encode(result, expected_type=None)
        return str(datum.value)

    def is_coroutine(self, name: str) -> bool:
        """Whether the worker runs the activity on its event loop instead of a thread."""
        return bool(self._found[ACTIVITY, name][1].__code__.co_flags & 0x80)  # inspect.CO_COROUTINE

    def _called(self, kind: str, name: str, text: str) -> str:
        parameter, call = self._found[kind, name]
        decoded = self._converters.get(kind).decode(Datum(text, "json"), trigger_metadata={})
        datum: Any = self._converters.get(kind).encode(call(**{parameter: decoded}), expected_type=None)
        return str(datum.value)
