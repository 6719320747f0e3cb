"""What time it is for functions. The emulated host puts its own clock here; on Azure it is the machine's."""

import asyncio
import math
import time
from typing import Protocol, final


class Clock(Protocol):
    """A clock, and what of the storage depends on its kind."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...

    def hidden(self, milliseconds: int) -> int:
        """For how many seconds the storage hides a message that is due in so long."""
        ...


class WaitingClock(Clock, Protocol):
    """One by which a function can also wait."""

    async def sleep(self, seconds: float) -> None:
        """Wait; nothing of the function is under way meanwhile."""
        ...


@final
class RealClock:
    """The machine's clock."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return int(time.time() * 1000)

    def hidden(self, milliseconds: int) -> int:
        """The time itself, in whole seconds, never less."""
        return math.ceil(milliseconds / 1000)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


_chosen: list[WaitingClock] = [RealClock()]


def clock() -> WaitingClock:
    """The clock of this process."""
    return _chosen[0]


def use(chosen: WaitingClock) -> None:
    """Make ``chosen`` the clock of this process."""
    _chosen[0] = chosen
