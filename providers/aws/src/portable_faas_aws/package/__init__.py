"""``pfaas build --on aws``: one zip for all functions, the state machines, and their manifest."""

from portable_faas_aws.package.build import build
from portable_faas_aws.package.handlers import Runtime

__all__ = ["Runtime", "build"]
