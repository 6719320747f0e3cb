"""What an app would cost on a cloud in a month: the contract of what knows prices, found by entry point.

A bill has lines; a line is a quantity, less what is free, at a price.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol, final

from portable_faas.manifest import Manifest

GROUP: Final = "portable_faas.prices"


@final
class Work(NamedTuple):
    """What an orchestrator does in a month: ``runs`` times ``usage``, which counts what a bill counts in one run."""

    orchestrator: str
    runs: float
    usage: Mapping[str, int]


@final
class Assumptions(NamedTuple):
    """What no run on this machine can tell: seconds of an activity, and bytes that an execution writes to the log."""

    seconds: float = 0.2
    logged: int = 1024


@final
class Price(NamedTuple):
    """One row of a price table: US dollars for ``per`` units, after ``free`` units a month.

    ``source`` says who said so and when; ``confirmed`` is False where no copy of the cloud's own page shows it.
    """

    what: str
    unit: str
    usd: float
    per: float
    free: float
    source: str
    confirmed: bool = True


@final
class Line(NamedTuple):
    """A price, the quantity of it, and what would make it less."""

    price: Price
    quantity: float
    cheaper: str

    @property
    def usd(self) -> float:
        """US dollars a month."""
        return max(0.0, self.quantity - self.price.free) / self.price.per * self.price.usd


@final
class Bill(NamedTuple):
    """A month on a cloud; ``assumed`` are sentences for people, ``as_of`` the date of the prices."""

    cloud: str
    region: str
    as_of: str
    lines: tuple[Line, ...]
    assumed: tuple[str, ...]

    @property
    def usd(self) -> float:
        """US dollars in all."""
        return sum(line.usd for line in self.lines)

    @property
    def dearest(self) -> tuple[Line, ...]:
        """The three lines that cost most, those that cost nothing left out."""
        return tuple(sorted((line for line in self.lines if line.usd > 0), key=lambda line: -line.usd)[:3])


class Pricer(Protocol):
    """Knows the prices of one cloud."""

    def bill(self, manifest: Manifest, work: Sequence[Work], assumed: Assumptions) -> Bill:
        """What this work costs there."""
        ...


def pricers() -> dict[str, Pricer]:
    """Those installed, by the name of their cloud."""
    from importlib.metadata import entry_points

    return {point.name: point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}
