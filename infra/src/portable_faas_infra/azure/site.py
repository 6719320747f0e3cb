"""The function app and its plan: Flex Consumption, or the older Consumption on Linux.

Sources: "Flex Consumption plan" and its list of settings that it does not take, "App settings reference for Azure
Functions", learn.microsoft.com; the package's Python runs on Linux x86_64.
"""

from collections.abc import Mapping
from typing import Any, Final, final

import pulumi
from pulumi_azure_native import web

from portable_faas_infra.azure.names import dashed
from portable_faas_infra.azure.sizes import instance_memory
from portable_faas_infra.deployment import Deployment

TLS: Final = "1.2"
# Only the older plan takes these; Flex Consumption refuses them.
OLDER: Final = {"FUNCTIONS_EXTENSION_VERSION": "~4", "FUNCTIONS_WORKER_RUNTIME": "python"}


@final
class Site(pulumi.ComponentResource):
    """``principal`` is the object id of the app's identity, ``host`` its address without a scheme."""

    def __init__(
        self,
        deployment: Deployment,
        group: pulumi.Input[str],
        packages: pulumi.Input[str],
        settings: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = dashed(deployment)
        super().__init__("portable-faas:azure:Site", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        flex = deployment.settings.plan == "flex"
        plan = web.AppServicePlan(
            name,
            name=name,
            resource_group_name=group,
            kind="functionapp",
            reserved=True,  # Linux
            sku=web.SkuDescriptionArgs(name="FC1", tier="FlexConsumption")
            if flex
            else web.SkuDescriptionArgs(name="Y1", tier="Dynamic"),
            tags=deployment.tags,
            opts=inside,
        )
        site = web.WebApp(
            name,
            resource_group_name=group,
            kind="functionapp,linux",
            server_farm_id=plan.id,
            reserved=True,
            https_only=True,
            identity=web.ManagedServiceIdentityArgs(type="SystemAssigned"),
            function_app_config=_flex(deployment, packages) if flex else None,
            site_config=_config(deployment, settings if flex else {**OLDER, **settings}),
            tags=deployment.tags,
            opts=inside,
        )
        self.id: pulumi.Output[str] = site.id
        self.name: pulumi.Output[str] = site.name
        self.host: pulumi.Output[str] = site.default_host_name
        self.principal: pulumi.Output[str] = site.identity.principal_id
        self.register_outputs({"name": self.name})


def _flex(deployment: Deployment, packages: pulumi.Input[str]) -> Any:
    settings = deployment.settings
    ready = [web.FunctionsAlwaysReadyConfigArgs(name="durable", instance_count=settings.always_ready)]
    return web.FunctionAppConfigArgs(
        runtime=web.FunctionsRuntimeArgs(name="python", version=deployment.manifest.python),
        scale_and_concurrency=web.FunctionsScaleAndConcurrencyArgs(
            instance_memory_mb=instance_memory(deployment),
            maximum_instance_count=settings.max_instances,
            always_ready=ready if settings.always_ready else None,
        ),
        deployment=web.FunctionsDeploymentArgs(
            storage=web.FunctionsDeploymentStorageArgs(
                type="blobContainer",
                value=packages,
                authentication=web.FunctionsDeploymentStorageAuthenticationArgs(type="SystemAssignedIdentity"),
            )
        ),
    )


def _config(deployment: Deployment, settings: Mapping[str, pulumi.Input[str]]) -> dict[str, Any]:
    """A plain dictionary: `web.SiteConfigArgs` of 3.29 adds `netFrameworkVersion` and more, which Flex refuses."""
    listed = [{"name": name, "value": settings[name]} for name in sorted(settings)]
    config: dict[str, Any] = {"min_tls_version": TLS, "app_settings": listed}
    if deployment.settings.plan == "flex":
        return config
    older = {
        "linux_fx_version": f"Python|{deployment.manifest.python}",
        "ftps_state": "Disabled",
        "function_app_scale_limit": deployment.settings.max_instances,
    }
    return {**config, **older}
