"""What every engine must do, as small programs with their expected ends.

``Conformance``, ``StatefulConformance`` and ``TriggerConformance``, which need pytest, run them on one engine.
"""

from typing import TYPE_CHECKING

from portable_faas.testing.conformance.discovery import Scenario, discover

if TYPE_CHECKING:
    from portable_faas.testing.conformance.suite import Conformance as Conformance
    from portable_faas.testing.conformance.suite import StatefulConformance as StatefulConformance
    from portable_faas.testing.conformance.trigger_suite import TriggerConformance as TriggerConformance

__all__ = ["Conformance", "Scenario", "StatefulConformance", "TriggerConformance", "discover"]


def __getattr__(name: str) -> object:
    if name in ("Conformance", "StatefulConformance"):
        from portable_faas.testing.conformance import suite

        return getattr(suite, name)
    if name == "TriggerConformance":
        from portable_faas.testing.conformance.trigger_suite import TriggerConformance

        return TriggerConformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
