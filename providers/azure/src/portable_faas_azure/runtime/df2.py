"""The driver for ``azure-functions-durable`` 2.x, which runs on ``durabletask``; experimental, as that line is.

Nothing of what ``df1`` has to cure is left: every turn sends only what is new, so a WhenAny over all that is open is
enough. Orchestrators are synchronous generators of two arguments still. Events, sub-orchestrations, ``continue_as_new``
and entities are not lowered here yet: an instance that comes to one fails and says so.
"""

import uuid
import warnings
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any, Final, NoReturn, final

from azure.durable_functions.worker import DurableFunctionsWorker
from durabletask import task

from portable_faas.context.entity_type import EntityType
from portable_faas.errors import NotSupported
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.values import capture
from portable_faas_azure.runtime.driver import Driver, Ended, Run, Task
from portable_faas_azure.runtime.envelope import InstanceFailed
from portable_faas_azure.runtime.protobuf import request

WARNING: Final = "azure.functions df_loads was called without expected_type"
SPACE: Final = uuid.UUID("6f2c9bd0-5a8e-4a55-9d39-5f9f1f3f6c11")


@final
class Df2:
    """One call of the orchestrator function."""

    def __init__(self, context: task.OrchestrationContext, text: str | None) -> None:
        self._context = context
        self._live: dict[Any, None] = {}  # in the order they were begun
        self._input = text
        started: datetime = context.current_utc_datetime
        self._key = str(uuid.uuid5(SPACE, f"{context.instance_id} {started.isoformat()}"))

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        return str(self._context.instance_id)

    @property
    def key(self) -> str:
        """Made of the id and the moment of the start: the SDK does not hand on the id of the execution."""
        return self._key

    @property
    def input(self) -> str | None:
        """The text that the instance was started with."""
        return self._input

    @property
    def replaying(self) -> bool:
        """Whether the event that is being processed is an old one."""
        return bool(self._context.is_replaying)

    def now(self) -> int:
        """The time of the last OrchestratorStarted, which this SDK gives as naive UTC."""
        return int((self._context.current_utc_datetime.replace(tzinfo=UTC) - EPOCH) // MILLISECOND)

    def activity(self, name: str, payload: str) -> Task:
        """A call without the SDK's retry policy: filters and time-outs are ours on every line."""
        return self._begun(self._context.call_activity(name, input=payload, return_type=str))

    def timer(self, due: int) -> Task:
        """One timer."""
        return self._begun(self._context.create_timer(EPOCH + due * MILLISECOND))

    def _begun(self, begun: Any) -> Task:
        self._live[begun] = None
        return begun  # type: ignore[no-any-return]

    def child(self, name: str, instance_id: str, text: str | None) -> Task:
        """Not yet."""
        raise _missing(f"sub-orchestration {name}")

    def call(self, entity: str, key: str, operation: str, payload: str) -> Task:
        """Not yet."""
        raise _missing(f"entity {entity}")

    def signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        """Not yet."""
        raise _missing(f"entity {entity}")

    def errand(self, name: str, payload: str) -> None:
        """Not yet."""
        raise _missing("sub-orchestrations")

    def listen(self) -> None:
        """Not yet."""
        raise _missing("external events")

    def heard(self) -> list[str | None]:
        """Nobody listens."""
        return []

    def unheard(self) -> list[str | None]:
        """Nobody listens."""
        return []

    def continue_as_new(self, text: str | None) -> None:
        """Not yet."""
        raise _missing("continue_as_new")

    def forget(self, task: Task) -> None:
        """A timer that the host has not heard of yet is withdrawn; another one fires unheard."""
        self._live.pop(task, None)
        cancel = getattr(task, "cancel", None)
        if cancel is not None:
            cancel()

    def publish(self, status: str) -> None:
        """Make ``status`` the custom status."""
        self._context.set_custom_status(status)

    def wait(self) -> Generator[object, object, Ended | None]:
        """Yield a WhenAny over all that is open."""
        ended: Any = yield task.when_any(list(self._live))
        self._live.pop(ended)
        if ended.is_failed:
            return Ended(ended, None, str(ended.get_exception()))
        return Ended(ended, ended.get_result())


def _missing(what: str) -> InstanceFailed:
    return InstanceFailed(capture(NotSupported(_told(what))))


def _told(what: str) -> str:
    return f"{what}: not on azure-functions-durable 2.x in this release; install azure-functions-durable>=1.7,<2"


def prepare() -> None:
    """The JSON codec warns once per process that it was given no type; our payloads are texts and need none."""
    warnings.filterwarnings("ignore", message=WARNING, category=DeprecationWarning)


def adapted(run: Run) -> Callable[..., Generator[object, object, str | None]]:
    """The function of two arguments that this SDK calls."""

    def generator(context: task.OrchestrationContext, text: str | None) -> Generator[object, object, str | None]:
        driver: Driver = Df2(context, text)
        return (yield from run(driver))

    return generator


def add_requests(_functions: object) -> None:
    """None: what would ask is refused."""


def add_retention(_functions: object, _seconds: float) -> NoReturn:
    """Not yet: its clients speak another protocol than the durable HTTP API."""
    raise NotSupported(_told("App(retention=...)"))


def entity(type: EntityType) -> NoReturn:
    """Not yet; so an app with entities is refused before anything of it runs."""
    raise NotSupported(_told(f"entity {type.name}"))


def replay(function: Callable[..., Any], context: dict[str, Any]) -> None:
    """Run the function over the history in the host's JSON, all of it old."""
    body = request(context, len(context["history"]))
    DurableFunctionsWorker().execute_orchestration_request(function, body)
