"""The sizes of instances: a function's memory is the app's on Azure, so the largest one counts.

Flex Consumption, functions of 512 and 3000 MiB   ->   4096
"""

from typing import Final

from portable_faas_infra.deployment import Deployment

FLEX: Final = (512, 2048, 4096)  # MiB: "Flex Consumption plan, instance sizes", learn.microsoft.com
USUAL: Final = 2048
OLDER: Final = 1536  # MiB of every instance of the Consumption plan: "Azure Functions scale and hosting"


def needed(deployment: Deployment) -> int:
    """MiB that the most demanding function asks for; 0 if none does."""
    return max((function.memory or 0 for function in deployment.manifest.functions), default=0)


def instance_memory(deployment: Deployment) -> int:
    """The smallest size of Flex Consumption that is enough for every function, and not below what the settings say."""
    wanted = max(needed(deployment), deployment.settings.memory or USUAL)
    return min(size for size in FLEX if size >= wanted)
