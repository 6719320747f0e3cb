"""Which task of the platform moves which step of an orchestrator on, and how.

follow(3, task, then)   ...task has ended...   moved(ended)  ->  then(ended)
"""

from collections.abc import Callable
from typing import Final, final

from portable_faas_azure.runtime.driver import Driver, Ended, Task

LONGEST_TIMER: Final = 24 * 60 * 60 * 1000  # ms; the SDK cuts timers over 6 days into blocking pieces

Then = Callable[[Ended], None]


@final
class Steps:
    """The tasks that are waited for; ``now`` is the time of the turn in milliseconds since 1970 UTC."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._tasks: dict[Task, tuple[int, Then]] = {}
        self._of: dict[int, dict[Task, None]] = {}
        self.now = 0

    def follow(self, step: int, task: Task, then: Then) -> None:
        """Call ``then`` when ``task`` has ended, unless the step is forgotten before."""
        self._tasks[task] = (step, then)
        self._of.setdefault(step, {})[task] = None

    def sleep(self, step: int, due: int, then: Callable[[], None]) -> None:
        """Call ``then`` at ``due``: one timer, or a chain of them."""
        task = self._driver.timer(min(due, self.now + LONGEST_TIMER))
        self.follow(step, task, lambda _ended: then() if self.now >= due else self.sleep(step, due, then))

    def moved(self, ended: Ended) -> None:
        """A task has ended."""
        step, then = self._tasks.pop(ended.task)
        del self._of[step][ended.task]
        then(ended)

    def forget(self, step: int) -> None:
        """Nobody waits for the tasks of this step any more."""
        for task in self._of.pop(step, ()):
            del self._tasks[task]
            self._driver.forget(task)
