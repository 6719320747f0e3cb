"""The adapter for AWS runs the conformance suite of functions with triggers: on moto with Lambda runtime processes."""

import pytest

from portable_faas.testing.conformance import TriggerConformance


@pytest.mark.slow
class TestTriggers(TriggerConformance):
    on = "aws"
