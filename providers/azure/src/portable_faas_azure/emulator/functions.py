"""Calls the functions of an ``azure.functions`` app as the Python worker does: by name, with binding converters."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, final

import azure.functions as func
from azure.functions.meta import Datum

from portable_faas_azure.emulator.answers import reply_of
from portable_faas_azure.emulator.worker import (
    ACTIVITY,
    CLIENT,
    ENTITY,
    HTTP,
    ORCHESTRATION,
    QUEUE,
    TIMER,
    Call,
    Reply,
    Trigger,
    state_in,
)
from portable_faas_azure.runtime.line import MAJOR


@final
class Functions:
    """What the worker indexes: name, trigger and callable of each registered function."""

    def __init__(self, app: func.FunctionRegister) -> None:
        self.major: Final = MAJOR
        registry: Any = func.get_binding_registry
        self._converters: Any = registry()
        self._client = ""
        self._clients: dict[tuple[str, str], str] = {}  # the parameter for the durable client, where there is one
        self._bindings: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._found: dict[tuple[str, str], tuple[str, Callable[..., Any]]] = {}
        app._require_auth_level = True  # unset, it makes indexing warn that a level is useless without HTTP functions
        for function in app.get_functions():
            trigger: Any = function.get_trigger()
            key = (str(trigger.type), str(function.get_function_name()))
            self._found[key] = (trigger.name, function.get_user_function())
            self._bindings[key] = trigger.get_dict_repr()
            clients = [binding.name for binding in function.get_bindings() if binding.type == CLIENT]
            self._clients.update((key, name) for name in clients)

    def has(self, kind: str, name: str) -> bool:
        """Whether a function of this name has this kind of trigger."""
        return (kind, name) in self._found

    def entity_named(self, name: str) -> str | None:
        """The entity function of this name, whose case does not count."""
        folded = name.casefold()
        return next((known for kind, known in self._found if kind == ENTITY and known.casefold() == folded), None)

    def triggers(self, kind: str) -> list[Trigger]:
        """The functions with this kind of trigger."""
        return [Trigger(name, self._bindings[kind, name]) for found, name in self._found if found == kind]

    async def request(self, name: str, call: Call) -> Reply:
        """Run an HTTP function."""
        value = {
            "method": Datum(call.method, "string"),
            "url": Datum(call.url, "string"),
            "headers": {header: Datum(text, "string") for header, text in call.headers.items()},
            "query": {parameter: Datum(text, "string") for parameter, text in call.query.items()},
            "params": {},
            "body": Datum(call.body, "bytes"),
        }
        answer: Any = await self._run(HTTP, name, Datum(value, "http"), {})
        return reply_of(self._converters.get("http").encode(answer, expected_type=None).value)

    async def message(self, name: str, body: str, metadata: Mapping[str, Any]) -> None:
        """Run a function with a queue trigger."""
        given = {key: Datum(value, "int" if isinstance(value, int) else "string") for key, value in metadata.items()}
        await self._run(QUEUE, name, Datum(body, "string"), given)

    async def tick(self, name: str, text: str) -> None:
        """Run a function with a timer trigger."""
        await self._run(TIMER, name, Datum(text, "json"), {})

    async def _run(self, kind: str, name: str, value: Datum, metadata: Mapping[str, Datum]) -> Any:
        parameter, call = self._found[kind, name]
        given = {parameter: self._converters.get(kind).decode(value, trigger_metadata=metadata)}
        if (kind, name) in self._clients:
            given[self._clients[kind, name]] = self._client
        return await call(**given)

    def bind(self, client: str) -> None:
        """What durable client bindings hand to functions from now on."""
        self._client = client

    def orchestrate(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an orchestrator function of 1.x on the host's context; gives the state that it returns or raises."""
        try:
            text = self._encoded(ORCHESTRATION, self._call(ORCHESTRATION, name, json.dumps(context)))
        except Exception as failed:
            if (found := state_in(failed)) is None:
                raise
            text = found
        state: dict[str, Any] = json.loads(text)
        return state

    async def turn(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """The same, for the host."""
        return self.orchestrate(name, context)

    async def orchestrate_new(self, name: str, request: str) -> str:
        """Run an orchestrator function of 2.x, which is a coroutine, on the protobuf request; gives the response."""
        return self._encoded(ORCHESTRATION, await self._call(ORCHESTRATION, name, request))

    async def entity(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an entity function on a batch; gives its answer."""
        text = self._encoded(ENTITY, self._call(ENTITY, name, json.dumps(context)))
        answer: dict[str, Any] = json.loads(text)
        return answer

    def activity(self, name: str, text: str) -> Callable[[], Any]:
        """The activity function with its decoded input, to be called; it gives a coroutine if it is one."""
        return lambda: self._call(ACTIVITY, name, text)

    def encoded(self, result: object) -> str:
        """The result of an activity function as the JSON that the host records."""
        return self._encoded(ACTIVITY, result)

    def is_coroutine(self, name: str) -> bool:
        """Whether the worker runs the activity on its event loop instead of a thread."""
        return bool(self._found[ACTIVITY, name][1].__code__.co_flags & 0x80)  # inspect.CO_COROUTINE

    def _call(self, kind: str, name: str, text: str) -> Any:
        parameter, call = self._found[kind, name]
        given = {parameter: self._converters.get(kind).decode(Datum(text, "json"), trigger_metadata={})}
        if (kind, name) in self._clients:
            given[self._clients[kind, name]] = self._client
        return call(**given)

    def _encoded(self, kind: str, result: object) -> str:
        datum: Any = self._converters.get(kind).encode(result, expected_type=None)
        return str(datum.value)
