"""The embedded engine runs the conformance suite: live, replayed at every await, crashed after every step."""

from portable_faas.testing.conformance import Conformance


class TestLive(Conformance):
    on = "local"


class TestAlwaysReplay(Conformance):
    on = "local"
    options = {"always_replay": True}


class TestCrashAfterEveryStep(Conformance):
    on = "local"
    options = {"crash_after": "every-step"}
