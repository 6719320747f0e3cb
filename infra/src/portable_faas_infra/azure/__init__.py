"""A built app on Azure: one function app, its storage, its telemetry. Imports the SDK of this cloud only."""

from portable_faas_infra.azure.app import AzureApp

__all__ = ["AzureApp"]
