"""How much of an orchestrator `pfaas explain` and `pfaas graph` show."""

from enum import StrEnum
from typing import Final

HELP: Final = "straight: while nothing fails; failures: those of the program too; all: faults of the cloud too."


class Shown(StrEnum):
    """``straight``: what runs while nothing fails; ``failures``: what the program's failures lead to as well;
    ``all``: also the states that are there for faults of the platform.
    """

    straight = "straight"
    failures = "failures"
    all = "all"
