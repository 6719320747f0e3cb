"""One conformance scenario: a small app, and what every engine must make of it.

A scenario is a module of at most 45 lines whose docstring's first line is its requirement. It holds ``app`` with
an orchestrator ``main``, ``TAGS`` and ``CASES``:

    CASES = (Case(3, output=6, calls=("double(1)", "double(2)")),)

It may hold ``drive(client, handle)``, a coroutine function that does what the world does while ``main`` runs: raise
events, start others, look at entities. It is awaited after the start and before the result.
"""

from dataclasses import dataclass
from typing import Final, final


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


@final
@dataclass(frozen=True)
class Case:
    """One run of a scenario's ``main`` and its expected end.

    ``output`` is the value ``handle.result()`` gives (compared with its type), or ``error`` is the
    ``(error_type, message)`` of the failure. ``calls`` are the activity calls: one text per fiber, the calls of
    a fiber joined by ``"; "``; every branch of a gather or map is a fiber of its own, in any order; attempts of
    one step are one call and abandoned branches are left out. A call is written ``name(arg,arg)`` with the
    arguments as compact JSON in the order of the parameters. ``elapsed`` is the virtual time from start to end
    in seconds where the scenario is about time; ``custom_status`` the last one set. ``terminated`` is the reason of
    an instance that somebody ended.
    """

    input: object = MISSING
    output: object = MISSING
    error: tuple[str, str] | None = None
    calls: tuple[str, ...] | str = ()
    elapsed: float | None = None
    custom_status: object = MISSING
    terminated: str | None = None

    def fibers(self) -> list[str]:
        """The expected calls, one sorted entry per fiber."""
        calls = (self.calls,) if isinstance(self.calls, str) else self.calls
        return sorted(filter(None, calls))
