"""What a deployed Function App runs: ``function_app(app)`` makes the ``azure.functions`` app of a portable_faas app."""

from portable_faas_azure.runtime.registration import function_app

__all__ = ["function_app"]
