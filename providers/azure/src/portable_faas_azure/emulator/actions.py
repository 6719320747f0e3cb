"""Replays the action list of one turn as the Durable extension does (``OutOfProcOrchestrationShim``).

    [WhenAny(activity, timer), activity]     the second activity is scheduled only after the first action has ended

The real host schedules an action, blocks until it has ended, and only then looks at the next: it replays the cumulative
list against the recorded events, and what it reaches that no event has recorded is new. A host that schedules all
it is given passes programs that stand still on Azure; ``blocking=False`` is that host, for comparison.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator
from enum import IntEnum
from typing import Any, Final, NamedTuple, cast, final

from portable_faas_azure.emulator.history import EventType, Recorded

Action = dict[str, Any]


class ActionType(IntEnum):
    """What the SDK asks for; the other numbers belong to operations that this release does not use."""

    CALL_ACTIVITY = 0
    CALL_SUB_ORCHESTRATOR = 2
    CONTINUE_AS_NEW = 4
    CREATE_TIMER = 5
    WAIT_FOR_EXTERNAL_EVENT = 6
    CALL_ENTITY = 7
    SIGNAL_ENTITY = 9
    WHEN_ANY = 11
    WHEN_ALL = 12


class NonDeterministic(Exception):
    """The history records what the code did not schedule."""

    def __init__(self, event: Recorded) -> None:
        super().__init__(
            f"Non-Deterministic workflow detected: the history has event {event['EventId']} "
            f"({EventType(event['EventType']).name} {event.get('Name', '')}), which the code did not schedule"
        )


@final
class Activity(NamedTuple):
    """An activity to schedule; ``text`` is its input as JSON."""

    name: str
    text: str


@final
class Timer(NamedTuple):
    """A timer to create; ``fire_at`` is a timestamp."""

    fire_at: str


@final
class Child(NamedTuple):
    """A sub-orchestration to start; ``text`` is its input as JSON."""

    name: str
    instance_id: str
    text: str | None


@final
class Sent(NamedTuple):
    """An operation to send to an entity; ``text`` is its input as JSON."""

    entity_id: str
    operation: str
    text: str
    signal: bool


Scheduled = Activity | Timer | Child | Sent


@final
class Awaitable:
    """A .NET task, as far as the replay needs it: done or not, and whom to tell."""

    __slots__ = ("_tell", "done")

    def __init__(self, done: bool = False) -> None:
        self.done = done
        self._tell: list[Callable[[], None]] = []

    def finish(self) -> None:
        """Be done."""
        if not self.done:
            self.done = True
            for tell in self._tell:
                tell()

    def then(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` once it is done."""
        if self.done:
            tell()
        else:
            self._tell.append(tell)


def when_any(tasks: list[Awaitable]) -> Awaitable:
    """Done with the first; like .NET it refuses an empty list."""
    if not tasks:
        raise ValueError("Task.WhenAny: the tasks argument contains no tasks")
    joined = Awaitable()
    for task in tasks:
        task.then(joined.finish)
    return joined


def when_all(tasks: list[Awaitable]) -> Awaitable:
    """Done with the last, even where one has failed; done at once when there is none."""
    joined, left = Awaitable(done=not tasks), len(tasks)

    def one_less() -> None:
        nonlocal left
        left -= 1
        if not left:
            joined.finish()

    for task in tasks:
        task.then(one_less)
    return joined


@final
class ActionReplay:
    """One turn: every recorded event is fed; ``new`` is then what to schedule, ``finished`` whether all has ended."""

    def __init__(self, actions: list[Action], blocking: bool = True) -> None:
        self.new: Final[dict[int, Scheduled]] = {}
        self._open: dict[int, Awaitable] = {}
        self._waits: dict[str, list[Awaitable]] = {}
        self._early: Counter[str] = Counter()
        self._blocking = blocking
        self._next_id = 0
        self._all_done = False
        self._answers: dict[int, Awaitable] = {}  # of entities, by the event that asked
        self._awaited: dict[str, Awaitable] = {}  # the same by the id of the message
        self.renewed: tuple[str | None] | None = None  # the input to continue as new with
        self._steps = self._run(actions)

    @property
    def finished(self) -> bool:
        """Whether the instance may end: no action is left and none that was scheduled is open."""
        return self._all_done and not self._open

    def feed(self, event: Recorded) -> None:
        """Replay one recorded event."""
        match event["EventType"]:
            case EventType.EXECUTION_STARTED:
                self._go_on()
            case (
                EventType.TASK_SCHEDULED
                | EventType.TIMER_CREATED
                | EventType.SUB_ORCHESTRATION_INSTANCE_CREATED
                | EventType.EVENT_SENT
            ):
                self._match(event)
            case (
                EventType.TASK_COMPLETED
                | EventType.TASK_FAILED
                | EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
                | EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
            ):
                self._finish(event["TaskScheduledId"])
            case EventType.TIMER_FIRED:
                self._finish(event["TimerId"])
            case EventType.EVENT_RAISED:
                self._raised(event["Name"])

    def _run(self, actions: list[Action]) -> Generator[None, None, None]:
        for action in actions:
            task = self._invoke(action)
            while self._blocking and not task.done:
                yield
        self._all_done = True

    def _go_on(self) -> None:
        next(self._steps, None)

    def _match(self, event: Recorded) -> None:
        scheduled = self.new.pop(event["EventId"], None)
        if scheduled is None or not _records(event, scheduled):
            raise NonDeterministic(event)
        if isinstance(scheduled, Sent) and not scheduled.signal:
            self._awaited[json.loads(event["Input"])["id"]] = self._answers.pop(event["EventId"])

    def _finish(self, event_id: int) -> None:
        task = self._open.pop(event_id, None)
        if task is not None:  # a cancelled timer fires too, and nobody waits for it
            task.finish()
            self._go_on()

    def _invoke(self, action: Action) -> Awaitable:
        match action["actionType"]:
            case ActionType.CALL_ACTIVITY:
                return self._schedule(Activity(action["functionName"], action["input"]))
            case ActionType.CALL_SUB_ORCHESTRATOR:
                return self._schedule(Child(action["functionName"], action["instanceId"], action["input"]))
            case ActionType.CALL_ENTITY | ActionType.SIGNAL_ENTITY:
                return self._send(action)
            case ActionType.CONTINUE_AS_NEW:
                self.renewed = (action["input"],)
                return Awaitable(done=True)
            case ActionType.CREATE_TIMER:
                return self._timer(action)
            case ActionType.WAIT_FOR_EXTERNAL_EVENT:
                return self._wait(action["externalEventName"].casefold())
            case ActionType.WHEN_ANY:
                return when_any([self._invoke(part) for part in action["compoundActions"]])
            case ActionType.WHEN_ALL:
                return when_all([self._invoke(part) for part in action["compoundActions"]])
            case other:
                raise ValueError(f"the stand-in host does not know action type {other}")

    def _wait(self, name: str) -> Awaitable:
        """Waits take the events of their name (its case does not count) in the order of both."""
        if self._early[name]:
            self._early[name] -= 1
            return Awaitable(done=True)
        task = Awaitable()
        self._waits.setdefault(name, []).append(task)
        return task

    def _raised(self, name: str) -> None:
        answer = self._awaited.pop(name, None)
        if answer is not None:
            answer.finish()
            self._go_on()
            return
        name = name.casefold()
        if waiting := self._waits.get(name):
            waiting.pop(0).finish()
            self._go_on()
        else:
            self._early[name] += 1

    def _schedule(self, scheduled: Scheduled) -> Awaitable:
        event_id, self._next_id = self._next_id, self._next_id + 1
        self.new[event_id] = scheduled
        task = self._open[event_id] = Awaitable()
        return task

    def _send(self, action: Action) -> Awaitable:
        """A message to an entity is no open task: an instance ends without waiting for the answer."""
        event_id, self._next_id = self._next_id, self._next_id + 1
        signal = action["actionType"] == ActionType.SIGNAL_ENTITY
        self.new[event_id] = Sent(action["instanceId"], action["operation"], action["input"], signal)
        if signal:
            return Awaitable(done=True)
        task = self._answers[event_id] = Awaitable()
        return task

    def _timer(self, action: Action) -> Awaitable:
        task = self._schedule(Timer(action["fireAt"]))
        if action["isCanceled"]:
            self._open.pop(self._next_id - 1).finish()
        return task


def _records(event: Recorded, scheduled: Scheduled) -> bool:
    """Whether ``event`` stands for what the code has scheduled in its place."""
    kind = event["EventType"]
    match scheduled:
        case Activity(name):
            return bool(kind == EventType.TASK_SCHEDULED and name == event.get("Name"))
        case Child(name):
            return bool(kind == EventType.SUB_ORCHESTRATION_INSTANCE_CREATED and name == event.get("Name"))
        case Timer():
            return bool(kind == EventType.TIMER_CREATED)
        case Sent(entity_id):
            return bool(kind == EventType.EVENT_SENT and entity_id == event.get("InstanceId"))


def actions_of(state: dict[str, Any]) -> list[Action]:
    """The one cumulative list of an orchestrator state of schema 2."""
    lists = cast(list[list[Action]], state["actions"])
    return lists[0] if lists else []
