"""Makes the component of the cloud that an app was built for, and loads the SDK of no other."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from portable_faas_infra.deployment import Deployment
from portable_faas_infra.problem import InfraError


class App(Protocol):
    """An app on a cloud; ``outputs`` are what clients need to find it."""

    outputs: dict[str, object]


def component(deployment: Deployment) -> App:
    """The app, with all of its resources; ``InfraError`` if it cannot be deployed, or its SDK is not installed."""
    cloud = deployment.manifest.cloud
    if cloud not in CLOUDS:
        raise InfraError((f"this release deploys to {' and '.join(CLOUDS)}, not to {cloud}",))
    try:
        return CLOUDS[cloud](deployment)
    except ModuleNotFoundError as missing:
        if missing.name is None or not missing.name.startswith("pulumi_"):
            raise
        raise InfraError((f"{missing.name} is missing: pip install 'portable-faas-infra[{cloud}]'",)) from missing


def _aws(deployment: Deployment) -> App:
    from portable_faas_infra.aws import AwsApp

    return AwsApp(deployment.manifest.app, deployment)


def _azure(deployment: Deployment) -> App:
    from portable_faas_infra.azure import AzureApp

    return AzureApp(deployment.manifest.app, deployment)


CLOUDS: Final[Mapping[str, Callable[[Deployment], App]]] = {"aws": _aws, "azure": _azure}
