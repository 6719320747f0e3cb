"""The embedded engine runs the conformance suite: live, replayed at every await, crashed after every step."""

from typing import Any, ClassVar

from portable_faas.testing.conformance import Conformance, StatefulConformance


class TestLive(Conformance, StatefulConformance):
    on = "local"


class TestAlwaysReplay(Conformance, StatefulConformance):
    on = "local"
    options: ClassVar[dict[str, Any]] = {"always_replay": True}


class TestCrashAfterEveryStep(Conformance, StatefulConformance):
    on = "local"
    options: ClassVar[dict[str, Any]] = {"crash_after": "every-step"}
