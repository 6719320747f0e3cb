"""What every engine must do, as small programs with their expected ends.

``Conformance``, which needs pytest, runs them on one engine.
"""

from typing import TYPE_CHECKING

from portable_faas.testing.conformance.discovery import Scenario, scenarios

if TYPE_CHECKING:
    from portable_faas.testing.conformance.suite import Conformance as Conformance

__all__ = ["Conformance", "Scenario", "scenarios"]


def __getattr__(name: str) -> object:
    if name == "Conformance":
        from portable_faas.testing.conformance.suite import Conformance

        return Conformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
