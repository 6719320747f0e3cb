"""Lets Microsoft's worker library load, index and call the functions: ``azure-functions-runtime``, for Python 3.13.

On the platform the worker of Python 3.13 is this library behind a gRPC client; here the host takes the place of that
client. So what the worker refuses (a parameter without a binding, two apps) and how it converts values are its own.
It keeps one app per process.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple, final

import azure_functions_runtime as runtime

from portable_faas_azure.emulator.answers import reply_from
from portable_faas_azure.emulator.messages import NOTHING, OneOf, StatusResult, initial, invocation, request
from portable_faas_azure.emulator.worker import (
    ACTIVITY,
    CLIENT,
    ENTITY,
    HTTP,
    ORCHESTRATION,
    QUEUE,
    TIMER,
    Call,
    Raised,
    Reply,
    Trigger,
    state_in,
)
from portable_faas_azure.runtime.line import MAJOR

_numbers: Final = count(1)


@final
class _Indexed(NamedTuple):
    """A function as the library has indexed it: its id, its trigger, and the parameters for it and a durable client."""

    function_id: str
    parameter: str
    client: str | None
    binding: Mapping[str, Any]


@final
class Library:
    """The functions of the app in a folder, which ``open`` loads."""

    def __init__(self, found: dict[tuple[str, str], _Indexed]) -> None:
        self.major: Final = MAJOR
        self._found = found
        self._client = ""

    @classmethod
    async def open(cls, folder: Path) -> "Library":
        """Load and index ``function_app.py``; ``Raised`` says what the library refuses."""
        runtime.start_threadpool_executor()
        _raise_failed(await runtime.worker_init_request(initial(str(folder))))
        answer = await runtime.functions_metadata_request(None)
        return cls(dict(map(_entry, answer.function_metadata_results or ())))

    def has(self, kind: str, name: str) -> bool:
        """Whether a function of this name has this kind of trigger."""
        return (kind, name) in self._found

    def entity_named(self, name: str) -> str | None:
        """The entity function of this name, whose case does not count."""
        folded = name.casefold()
        return next((known for kind, known in self._found if kind == ENTITY and known.casefold() == folded), None)

    def triggers(self, kind: str) -> list[Trigger]:
        """The functions with this kind of trigger."""
        return [Trigger(name, found.binding) for (of, name), found in self._found.items() if of == kind]

    async def request(self, name: str, call: Call) -> Reply:
        """Run an HTTP function."""
        return reply_from((await self._invoke(HTTP, name, request(call))).http)

    async def message(self, name: str, body: str, metadata: Mapping[str, Any]) -> None:
        """Run a function with a queue trigger."""
        told = {key: OneOf(json=json.dumps(value)) for key, value in metadata.items()}
        await self._invoke(QUEUE, name, OneOf(string=body), told)

    async def tick(self, name: str, text: str) -> None:
        """Run a function with a timer trigger."""
        await self._invoke(TIMER, name, OneOf(json=text))

    def bind(self, client: str) -> None:
        """What durable client bindings hand to functions from now on."""
        self._client = client

    async def turn(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an orchestrator function of 1.x on the host's context; gives the state that it returns or raises."""
        try:
            text = await self._call(ORCHESTRATION, name, json.dumps(context))
        except Raised as failed:
            if (found := state_in(failed)) is None:
                raise
            text = found
        state: dict[str, Any] = json.loads(text)
        return state

    async def orchestrate_new(self, name: str, request: str) -> str:
        """Run an orchestrator function of 2.x on the protobuf request; gives the response."""
        return await self._call(ORCHESTRATION, name, request)

    async def entity(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an entity function on a batch; gives its answer."""
        answer: dict[str, Any] = json.loads(await self._call(ENTITY, name, json.dumps(context)))
        return answer

    def activity(self, name: str, text: str) -> Callable[[], Any]:
        """The activity function with its input, to be called and awaited."""
        return partial(self._call, ACTIVITY, name, text)

    def encoded(self, result: object) -> str:
        """The result as the library has encoded it."""
        return str(result)

    def is_coroutine(self, _name: str) -> bool:
        """Always: the library has threads of its own."""
        return True

    async def _call(self, kind: str, name: str, text: str) -> str:
        value = await self._invoke(kind, name, OneOf(json=text))
        return str(getattr(value, value.WhichOneof("data")))

    async def _invoke(self, kind: str, name: str, value: OneOf, metadata: Mapping[str, OneOf] = NOTHING) -> Any:
        found = self._found[kind, name]
        given = {found.parameter: value}
        if found.client is not None:
            given[found.client] = OneOf(string=self._client)
        wanted = invocation(f"invocation-{next(_numbers)}", found.function_id, given, metadata)
        answer = await runtime.invocation_request(wanted)
        _raise_failed(answer)
        return answer.return_value


def _entry(function: Any) -> tuple[tuple[str, str], _Indexed]:
    bindings = [json.loads(binding) for binding in function.raw_bindings]
    client = next((binding["name"] for binding in bindings if binding["type"] == CLIENT), None)
    trigger = next(binding for binding in bindings if binding["type"].lower().endswith("trigger"))
    return (trigger["type"], function.name), _Indexed(function.function_id, trigger["name"], client, trigger)


def _raise_failed(answer: Any) -> None:
    if answer.result.status == StatusResult.Failure:
        raise Raised(answer.result.exception.message)
