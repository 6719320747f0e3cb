"""``pfaas build --on azure``: the folder and zip of a Durable Functions app, and its manifest."""

from portable_faas_azure.package.build import build

__all__ = ["build"]
