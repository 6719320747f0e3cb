"""What every engine must do, as small programs with their expected ends.

``Conformance`` and ``StatefulConformance``, which need pytest, run them on one engine.
"""

from typing import TYPE_CHECKING

from portable_faas.testing.conformance.discovery import Scenario, discover

if TYPE_CHECKING:
    from portable_faas.testing.conformance.suite import Conformance as Conformance
    from portable_faas.testing.conformance.suite import StatefulConformance as StatefulConformance

__all__ = ["Conformance", "Scenario", "StatefulConformance", "discover"]


def __getattr__(name: str) -> object:
    if name in ("Conformance", "StatefulConformance"):
        from portable_faas.testing.conformance import suite

        return getattr(suite, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
