"""The embedded engine runs the conformance suite of functions with triggers."""

from typing import Any, ClassVar

from portable_faas.testing.conformance import TriggerConformance


class TestTriggers(TriggerConformance):
    on = "local"


class TestTriggersWithCrashes(TriggerConformance):
    on = "local"
    options: ClassVar[dict[str, Any]] = {"crash_after": "every-step"}
