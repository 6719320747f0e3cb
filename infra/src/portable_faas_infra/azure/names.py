"""Names for what takes letters, digits and '-' only; they stand within a resource group, or get a random end.

word_count, dev   ->   word-count-dev
"""

from portable_faas_infra.deployment import Deployment


def dashed(deployment: Deployment) -> str:
    """The name of the app and the stage."""
    return deployment.prefix.replace("_", "-")
