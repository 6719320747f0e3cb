"""The scenarios of triggers, one module each; ``portable_faas.testing.conformance.behaviours`` finds them."""
