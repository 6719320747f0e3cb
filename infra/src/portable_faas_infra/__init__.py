"""Turns the manifest of a built app into cloud resources, with Pulumi. Importing this loads no cloud's SDK.

A project of its own needs ``deploy()``; a larger program takes the component of its cloud:
``from portable_faas_infra.aws import AwsApp`` or ``from portable_faas_infra.azure import AzureApp``.
"""

from portable_faas_infra.deployment import Deployment, load
from portable_faas_infra.problem import InfraError
from portable_faas_infra.program import deploy
from portable_faas_infra.settings import Settings

__all__ = ["Deployment", "InfraError", "Settings", "deploy", "load"]
