"""Lets Microsoft's worker library load, index and call the functions: ``azure-functions-runtime``, for Python 3.13.

On the platform the worker of Python 3.13 is this library behind a gRPC client; here the host takes the place of that
client. So what the worker refuses (a parameter without a binding, two apps) and how it converts values are its own.
It keeps one app per process.
"""

import json
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple, final

import azure_functions_runtime as runtime

from portable_faas_azure.emulator.messages import StatusResult, initial, invocation
from portable_faas_azure.emulator.worker import ACTIVITY, CLIENT, ENTITY, ORCHESTRATION, Raised, state_in
from portable_faas_azure.runtime.line import MAJOR

_numbers: Final = count(1)


@final
class _Indexed(NamedTuple):
    """A function as the library has indexed it: its id, and the parameters for its trigger and a durable client."""

    function_id: str
    parameter: str
    client: str | None


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
        found = self._found[kind, name]
        clients = {} if found.client is None else {found.client: self._client}
        wanted = invocation(f"invocation-{next(_numbers)}", found.function_id, found.parameter, text, clients)
        answer = await runtime.invocation_request(wanted)
        _raise_failed(answer)
        value = answer.return_value
        return str(getattr(value, value.WhichOneof("data")))


def _entry(function: Any) -> tuple[tuple[str, str], _Indexed]:
    bindings = [json.loads(binding) for binding in function.raw_bindings]
    client = next((binding["name"] for binding in bindings if binding["type"] == CLIENT), None)
    trigger = next(binding for binding in bindings if binding["type"].lower().endswith("trigger"))
    return (trigger["type"], function.name), _Indexed(function.function_id, trigger["name"], client)


def _raise_failed(answer: Any) -> None:
    if answer.result.status == StatusResult.Failure:
        raise Raised(answer.result.exception.message)
