"""The driver for ``azure-functions-durable`` 1.x.

The host replays the actions that the SDK returns one after another and blocks on each before it schedules the next; and
the SDK leaves a task that it has returned before out of every later WhenAny. So a program that waits for something old
and something new at once would stand still on a real host until the new one ended. Two cures:

* All waiting goes through one ``Hub``, a task whose children are only the new tasks, but that any task ends.
* The WhenAny of a hub holds an empty WhenAll besides. That one is complete at once, so the host schedules what is
  new and goes on. A lone task is returned as it is, the plain form.
"""

import json
import uuid
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, Final, cast, final

import azure.durable_functions as df
from azure.durable_functions.models.actions.WaitForExternalEventAction import WaitForExternalEventAction
from azure.durable_functions.models.actions.WhenAllAction import WhenAllAction
from azure.durable_functions.models.actions.WhenAnyAction import WhenAnyAction
from azure.durable_functions.models.history.HistoryEventType import HistoryEventType
from azure.durable_functions.models.ReplaySchema import ReplaySchema
from azure.durable_functions.models.Task import CompoundTask, TaskBase, TaskState

from portable_faas.context.entity_type import EntityType
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas_azure.runtime import client, retention, sdk
from portable_faas_azure.runtime.driver import Driver, Ended, Run, Task
from portable_faas_azure.runtime.entity import Kept
from portable_faas_azure.runtime.envelope import FAILED
from portable_faas_azure.runtime.happening import EVENT

HISTORY_START: Final = 1  # where ExecutionStarted stands, behind OrchestratorStarted


@final
class Hub(CompoundTask):
    """A wait that any of its children ends, and that can be waited for again and again."""

    def __init__(self) -> None:
        super().__init__([], WhenAnyAction)

    def wait(self, new: list[TaskBase]) -> "Hub":
        """The hub, to be yielded; ``new`` are the tasks that the SDK does not know yet."""
        self.children = new
        for task in new:
            task.parent = self
        self.action_repr = WhenAnyAction([*(task.action_repr for task in new), WhenAllAction([])])
        self.state, self.result = TaskState.RUNNING, None
        return self

    def handle_completion(self, child: TaskBase) -> None:
        """A child of this wait or of an earlier one has ended."""
        self.set_is_played(child.is_played)
        self.state, self.result = TaskState.SUCCEEDED, child


@final
class Df1:
    """One call of the orchestrator function."""

    def __init__(self, context: df.DurableOrchestrationContext) -> None:
        if context._replay_schema is ReplaySchema.V1:
            raise RuntimeError(
                "this Durable Functions extension is too old: it does not know WhenAny actions; "
                "use the extension bundle [4.*, 5.0.0) in host.json"
            )
        self._context = context
        self._hub = Hub()
        self._new: list[TaskBase] = []
        self._live: set[TaskBase] = set()
        self._listens = False
        self._hearing: TaskBase | None = None
        self._heard = 0
        self._events: list[str | None] | None = None

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        return cast(str, self._context.instance_id)

    @property
    def key(self) -> str:
        """The id that the host gives to each execution."""
        started: Any = self._context.histories[HISTORY_START]
        return str(uuid.UUID(started.OrchestrationInstance["ExecutionId"]))

    @property
    def input(self) -> str | None:
        """The text that the instance was started with."""
        return cast(str | None, self._context.get_input(expected_type=str))

    @property
    def replaying(self) -> bool:
        """What the SDK worked out from the event that ended the wait."""
        replaying: bool = self._context.is_replaying
        return replaying

    def now(self) -> int:
        """The time of the last OrchestratorStarted."""
        current: datetime = self._context.current_utc_datetime
        return (current - EPOCH) // MILLISECOND

    def activity(self, name: str, payload: str) -> Task:
        """A call without the SDK's retry, whose later ids would be given out too late for a hub."""
        return self._begun(self._context.call_activity(name, payload, expected_type=str))

    def timer(self, due: int) -> Task:
        """One timer; the scheduler keeps it shorter than what the SDK would cut into pieces."""
        return self._begun(self._context.create_timer(EPOCH + due * MILLISECOND))

    def child(self, name: str, instance_id: str, text: str | None) -> Task:
        """A call without the SDK's retry."""
        return self._begun(self._context.call_sub_orchestrator(name, text, instance_id, expected_type=str))

    def call(self, entity: str, key: str, operation: str, payload: str) -> Task:
        """A call; the SDK gives its id to the message that it becomes."""
        return self._begun(self._context.call_entity(df.EntityId(entity, key), operation, payload))

    def signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        """A signal is an action at once; nobody yields it."""
        self._context.signal_entity(df.EntityId(entity, key), operation, payload)

    def errand(self, name: str, payload: str) -> None:
        """An action at once, in the form that does not block the host."""
        task = self._context.call_activity(name, payload, expected_type=str)
        self._context._add_to_open_tasks(task)
        self._context._add_to_actions(WhenAnyAction([task.action_repr, WhenAllAction([])]))

    def listen(self) -> None:
        """Waits hold a wait for the next event besides."""
        self._listens = True

    def heard(self) -> list[str | None]:
        """The SDK sets an event aside that came before its wait, under the name that ``sdk`` has given it."""
        first = self._heard
        while sdk.event_name(self._heard) in self._context.deferred_tasks or self._hears_next():
            self._heard += 1
        return self._recorded()[first : self._heard] if self._heard > first else []

    def _hears_next(self) -> bool:
        hearing = self._hearing
        if hearing is None or hearing.id != sdk.event_name(self._heard) or hearing.state is TaskState.RUNNING:
            return False
        self._live.discard(hearing)
        self._hearing = None
        return True

    def unheard(self) -> list[str | None]:
        """The SDK stops at the end of the generator, whatever the history has behind that."""
        return self._recorded()[self._heard :]

    def _recorded(self) -> list[str | None]:
        if self._events is None:
            raised = HistoryEventType.EVENT_RAISED
            found: Any = (event for event in self._context.histories if event.event_type == raised)
            self._events = [event.Payload for event in found if event.Name.startswith(f"{EVENT}#")]
        return self._events

    def continue_as_new(self, text: str | None) -> None:
        """The last action."""
        self._context.continue_as_new(text)

    def _begun(self, task: TaskBase) -> Task:
        self._new.append(task)
        self._live.add(task)
        begun: Task = task
        return begun

    def forget(self, task: Task) -> None:
        """An instance is not completed while a timer of it is open, so a timer is cancelled."""
        self._live.discard(cast(TaskBase, task))
        cancel = getattr(task, "cancel", None)
        if cancel is not None:
            cancel()

    def publish(self, status: str) -> None:
        """Make ``status`` the custom status."""
        self._context.set_custom_status(status)

    def wait(self) -> Generator[object, object, Ended | None]:
        """Yield the one task that there is, or the hub."""
        if self._listens and self._hearing is None:
            action, name = WaitForExternalEventAction(EVENT), sdk.event_name(self._heard)
            self._hearing = self._context._generate_task(action, id_=name)
            self._begun(self._hearing)
        new, self._new = self._new, []
        if len(new) == 1 == len(self._live) and new[0] in self._live:
            ended = new[0]
            try:
                yield ended
            except Exception:
                if ended.state is not TaskState.FAILED:
                    raise
        else:
            ended = yield from self._any(new)
        if ended is self._hearing:
            return None
        self._live.discard(ended)
        failed = ended.state is TaskState.FAILED
        return Ended(ended, None if failed else ended.result, str(ended.result) if failed else None)

    def _any(self, new: list[TaskBase]) -> Generator[object, object, TaskBase]:
        """The SDK resumes after each completion, so there is one ended task at a time, perhaps a forgotten one."""
        while True:
            ended = yield self._hub.wait(new)
            if ended in self._live:
                return cast(TaskBase, ended)
            new = []


def prepare() -> None:
    """Cure what the SDK does to every program."""
    sdk.cure()


def adapted(run: Run) -> Callable[..., Generator[object, object, str | None]]:
    """The generator function that this SDK drives."""

    def generator(context: df.DurableOrchestrationContext) -> Generator[object, object, str | None]:
        driver: Driver = Df1(context)
        return (yield from run(driver))

    return generator


def add_requests(functions: df.DFApp) -> None:
    """Register what orchestrators ask of their own host."""
    with_client = functions.generic_input_binding(arg_name="binding", type=client.BINDING)(client.ask)
    functions.activity_trigger(input_name="payload")(with_client)


def add_retention(functions: df.DFApp, seconds: float) -> None:
    """Register what forgets instances that ended ``seconds`` ago."""
    retention.add_retention(functions, seconds)


def entity(type: EntityType) -> Callable[[df.DurableEntityContext], None]:
    """The entity function for ``type``; this SDK keeps the state that an operation had set before it failed."""

    def run(context: df.DurableEntityContext) -> None:
        kept = Kept(context.get_state(expected_type=str))
        answer = kept.take(type, str(context.operation_name), _sent(context))
        context.set_state(kept.text())
        context.set_result(answer)

    run.__name__ = type.name
    return run


def _sent(context: df.DurableEntityContext) -> dict[str, Any]:
    """What was sent: a text that holds JSON, which the SDK and the host encode once or twice more."""
    value: Any = context._input
    while isinstance(value, str):
        value = json.loads(value)
    assert isinstance(value, dict)
    return value


def replay(function: Callable[..., Any], context: dict[str, Any]) -> None:
    """Run the function over the history in the host's JSON, all of it old."""
    played = [{**recorded, "IsPlayed": True} for recorded in context["history"]]
    try:
        df.Orchestrator.create(function)(json.dumps({**context, "history": played}))
    except Exception as failed:
        if FAILED not in str(failed):
            raise
