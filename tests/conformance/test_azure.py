"""The adapter for Azure runs the conformance suite on the emulated host."""

from portable_faas.testing.conformance import Conformance


class TestAzure(Conformance):
    on = "azure"
