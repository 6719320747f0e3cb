"""The scenarios, one module each; ``portable_faas.testing.conformance.scenarios`` finds them."""
