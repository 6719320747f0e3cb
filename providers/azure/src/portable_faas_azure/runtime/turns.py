"""What the parts of the scheduler share: the driver, the tasks under way, and how the end of a step is told.

A part begins a step for a command of the core and calls ``ended`` when its end has come, maybe turns later.
"""

from typing import Protocol

from portable_faas.history import Kind
from portable_faas.replay import Waiting
from portable_faas.values import Failure
from portable_faas_azure.runtime.driver import Driver
from portable_faas_azure.runtime.start import Rerun
from portable_faas_azure.runtime.steps import Steps


class Turns(Protocol):
    """The scheduler, seen from its parts."""

    @property
    def driver(self) -> Driver:
        """One turn of one instance."""
        ...

    @property
    def steps(self) -> Steps:
        """The tasks that are waited for."""
        ...

    @property
    def key(self) -> str:
        """A UUID in text: that of the run."""
        ...

    @property
    def version(self) -> str:
        """The version of the app that runs now."""
        ...

    @property
    def rerun(self) -> Rerun | None:
        """What a failed run has left, if this one goes on from it."""
        ...

    def derived_id(self, step: int) -> str:
        """The id of the instance that ``step`` starts where the program has chosen none."""
        ...

    def note(self, kind: Kind, command: Waiting, data: str = "null") -> None:
        """Tell of an event where somebody listens; a turn of the platform has no listener."""
        ...

    def ended(self, command: Waiting, result: str, failure: Failure | None) -> None:
        """The step has ended, with JSON ``result`` or ``failure``: let the orchestrator go on from it."""
        ...
