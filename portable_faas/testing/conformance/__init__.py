"""What every engine must do, as small programs with their expected ends; ``suite`` runs them on one engine."""

from portable_faas.testing.conformance.discovery import Scenario, scenarios

__all__ = ["Scenario", "scenarios"]
