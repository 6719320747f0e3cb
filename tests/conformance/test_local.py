"""The embedded engine runs the conformance suite: live, replayed at every await, crashed after every step."""

from typing import Any, ClassVar

from portable_faas.testing.conformance import Conformance


class TestLive(Conformance):
    on = "local"


class TestAlwaysReplay(Conformance):
    on = "local"
    options: ClassVar[dict[str, Any]] = {"always_replay": True}


class TestCrashAfterEveryStep(Conformance):
    on = "local"
    options: ClassVar[dict[str, Any]] = {"crash_after": "every-step"}
