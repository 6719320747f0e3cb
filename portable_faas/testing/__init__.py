"""Test an app in any cloud's shape on this machine, with virtual time; and the conformance suite for adapters."""

from portable_faas.testing.running import running
from portable_faas.testing.scenario import Case

__all__ = ["Case", "running"]
