"""The fiber scheduler over a driver that is no SDK: what it asks of one, and what it makes of what ends."""

from collections.abc import Generator
from typing import Any

import pytest
from portable_faas_azure.runtime.driver import Driver, Ended, Task
from portable_faas_azure.runtime.envelope import FAILED, InstanceFailed, raised, returned
from portable_faas_azure.runtime.scheduler import orchestrate

from portable_faas import App, Context, Retry
from portable_faas.errors import NotPortable
from portable_faas.history import Event
from portable_faas.values import capture, loads

app = App("scheduler")
DAY = 86_400_000
START = 1_767_225_600_000


class Scripted:
    """Keeps what it was asked for; the test says what ends, and when."""

    def __init__(self, input: str | None = None) -> None:
        self.instance_id = "one"
        self.key = "7b0a3d3e-3a51-4a0f-9d8e-0123456789ab"
        self.input = input
        self.replaying = False
        self.time = START
        self.asked: list[tuple[str, Any]] = []
        self.forgotten: list[Task] = []
        self.status = ""
        self.sent: list[Any] = []
        self.listens = False
        self.arrived: list[str | None] = []
        self.behind: list[str | None] = []
        self.renewed: str | None = None

    def now(self) -> int:
        return self.time

    def activity(self, name: str, payload: str) -> Task:
        return self._ask(name, loads(payload))

    def timer(self, due: int) -> Task:
        return self._ask("timer", due - START)

    def child(self, name: str, instance_id: str, text: str | None) -> Task:
        return self._ask("child", (name, instance_id, text))

    def call(self, entity: str, key: str, operation: str, payload: str) -> Task:
        return self._ask("call", (entity, key, operation, loads(payload)))

    def signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        self.sent.append((entity, key, operation, loads(payload)))

    def errand(self, name: str, payload: str) -> None:
        self.sent.append((name, loads(payload)))

    def listen(self) -> None:
        self.listens = True

    def heard(self) -> list[str | None]:
        arrived, self.arrived = self.arrived, []
        return arrived

    def unheard(self) -> list[str | None]:
        return self.behind

    def continue_as_new(self, text: str | None) -> None:
        self.renewed = text

    def _ask(self, kind: str, what: Any) -> int:
        self.asked.append((kind, what))
        return len(self.asked) - 1

    def forget(self, task: Task) -> None:
        self.forgotten.append(task)

    def publish(self, status: str) -> None:
        self.status = status

    def wait(self) -> Generator[object, object, Ended | None]:
        ended = yield None
        assert ended is None or isinstance(ended, Ended)
        return ended


class Script:
    """One instance under way."""

    def __init__(self, name: str, input: str | None = None) -> None:
        self.driver = Scripted(input)
        self.events: list[Event] = []
        driver: Driver = self.driver
        self._steps = orchestrate(driver, app.orchestrators[name], "log", "v1", self.events.append)
        self.output: str | None = None
        self.failure: Any = None
        self._go_on(lambda: next(self._steps))

    def end(self, task: int, result: str | None = None, after: int = 0) -> None:
        """Report that ``task`` ended, ``after`` milliseconds from the start of the instance."""
        self.driver.time = START + after
        fault = "gone" if result is None and self.driver.asked[task][0] != "timer" else None
        self._go_on(lambda: self._steps.send(Ended(task, result, fault)))

    def _go_on(self, step: Any) -> None:
        try:
            step()
        except StopIteration as stop:
            self.output = stop.value
        except InstanceFailed as failed:
            self.failure = loads(str(failed).removeprefix(FAILED))


@app.activity
def work(n: int) -> int:
    return n


@app.orchestrator
async def timed(ctx: Context) -> int:
    return await work.using(timeout=30, retry=Retry(attempts=2, first=5))(1)


@app.orchestrator
async def choosy(ctx: Context) -> int:
    return await work.using(retry=Retry(attempts=9, first=5, on=(OSError,), never=(ConnectionError,)))(1)


@app.orchestrator
async def eager(ctx: Context) -> int:
    return await work.using(retry=Retry(attempts=3, first=0))(1)


@app.orchestrator
async def long_nap(ctx: Context, days: float) -> float:
    start = ctx.now()
    await ctx.sleep(days * 86400)
    return (ctx.now() - start).total_seconds()


async def broken(ctx: Context, n: int) -> None:
    raise LookupError(str(n))


@app.orchestrator
async def gives_up_at_once(ctx: Context) -> str:
    try:
        await ctx.gather(work(1), ctx.sleep(60), broken(ctx, 7))
    except LookupError as error:
        await ctx.set_status("gave up")
        return str(error)
    return "fine"


def test_the_alarm_ends_an_attempt_and_the_late_result_is_nobodys() -> None:
    script = Script("timed")
    assert script.driver.asked == [("work", {"n": 1}), ("timer", 30_000)]
    script.end(1, after=30_000)
    assert script.driver.forgotten == [0]
    assert script.driver.asked[2:] == [("timer", 35_000)]
    script.end(2, after=35_000)
    assert script.driver.asked[3:] == [("work", {"n": 1}), ("timer", 65_000)]
    script.end(3, returned("4"), after=36_000)
    assert script.driver.forgotten == [0, 4]
    assert script.output == "4"
    assert [event.kind for event in script.events] == ["Scheduled", "AttemptFailed", "Completed"]


def test_a_time_out_after_the_last_attempt_is_raised_with_the_text_of_every_engine() -> None:
    script = Script("timed")
    for task, after in ((1, 30_000), (2, 35_000), (4, 65_000)):
        script.end(task, after=after)
    assert script.failure == {
        "type": "TimeoutError",
        "message": "activity work timed out after 30 s",
        "args": script.failure["args"],
    }


@pytest.mark.parametrize(
    ("error", "again"), [(OSError("x"), True), (ConnectionResetError("x"), False), (LookupError("x"), False)]
)
def test_a_retry_looks_at_the_class_of_the_error(error: Exception, again: bool) -> None:
    script = Script("choosy")
    script.end(0, raised(capture(error)))
    assert (script.driver.asked[1:] == [("timer", 5_000)]) is again
    assert (script.failure is None) is again


def test_what_is_not_portable_is_never_tried_again_and_no_wait_needs_no_timer() -> None:
    script = Script("eager")
    script.end(0, raised(capture(ValueError("x"))))
    assert script.driver.asked[1:] == [("work", {"n": 1})]
    script.end(1, raised(capture(NotPortable("result", "no"))))
    assert len(script.driver.asked) == 2
    assert script.failure["type"] == "portable_faas.errors.NotPortable"


def test_a_task_that_the_platform_gave_up_is_a_crash_that_a_retry_may_cover() -> None:
    script = Script("eager")
    for attempt in range(3):
        script.end(attempt)
    assert script.failure["message"] == "activity work crashed: its process ended"


def test_a_long_timer_is_a_chain_of_days() -> None:
    script = Script("long_nap", "2.5")
    for days in (1, 2, 2.5):
        script.end(len(script.driver.asked) - 1, after=int(days * DAY))
    assert script.driver.asked == [("timer", DAY), ("timer", 2 * DAY), ("timer", 2.5 * DAY)]
    assert [event.kind for event in script.events] == ["TimerSet", "TimerFired"]
    assert script.output == str(2.5 * 86400)


def test_a_timer_that_comes_early_by_another_clock_is_set_again() -> None:
    script = Script("long_nap", "0.5")
    script.end(0, after=DAY // 2 - 1)
    assert script.output is None
    assert script.driver.asked == [("timer", DAY // 2)] * 2
    script.end(1, after=DAY // 2)
    assert script.output == "43200.0"


def test_what_is_begun_and_abandoned_in_one_turn_is_never_asked_for() -> None:
    script = Script("gives_up_at_once")
    assert script.driver.asked == []
    assert script.driver.status == '"gave up"'
    assert script.output == '"7"'
    assert [event.kind for event in script.events].count("Abandoned") == 2


def test_an_input_that_is_no_value_of_its_type_fails_the_instance() -> None:
    script = Script("long_nap", '"soon"')
    assert script.failure["type"] == "portable_faas.errors.NotPortable"
