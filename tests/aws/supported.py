"""The stateful scenarios that state machines carry out; the others are refused before anything is built."""

from typing import Final

from portable_faas.testing.conformance.discovery import Scenario, discover

REFUSED: Final = ("_lock_", "_rerun", "_suspend_resume")


def is_supported(scenario: Scenario) -> bool:
    """Whether AWS carries it out."""
    return "_race_" in scenario.name or not any(name in scenario.name for name in REFUSED)


STATEFUL: Final = [scenario for scenario in discover("stateful") if is_supported(scenario)]
