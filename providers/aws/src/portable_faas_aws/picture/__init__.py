"""What the lowering made of an orchestrator and why, for `pfaas explain` and `pfaas graph`."""

from portable_faas_aws.picture.states import UNITS, picture

__all__ = ["UNITS", "picture"]
