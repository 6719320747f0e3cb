"""A built app on Azure: a resource group with storage, telemetry, the function app, its roles, and then its code."""

from collections.abc import Mapping
from typing import Final, final

import pulumi
from pulumi_azure_native import authorization, resources

from portable_faas_infra.azure.events import Events
from portable_faas_infra.azure.grant import BLOBS, EVENTS, QUEUES, TABLES, UPLOADS, Identity, grant
from portable_faas_infra.azure.limits import problems
from portable_faas_infra.azure.published import Published, Synced, Uploaded
from portable_faas_infra.azure.scheduler import Scheduler
from portable_faas_infra.azure.site import Site
from portable_faas_infra.azure.storage import Storage
from portable_faas_infra.azure.telemetry import Telemetry
from portable_faas_infra.azure.vault import Vault
from portable_faas_infra.deployment import Deployment
from portable_faas_infra.filled import filled
from portable_faas_infra.problem import refuse
from portable_faas_infra.variables import SETTING, variables

RUN_FROM: Final = "WEBSITE_RUN_FROM_PACKAGE"


@final
class AzureApp(pulumi.ComponentResource):
    """All of one app in one stage. ``InfraError`` if it cannot be deployed; then nothing is created.

    ``outputs`` name the function app, its address, its storage account and the resource group.
    """

    def __init__(self, name: str, deployment: Deployment, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse(problems(deployment))
        super().__init__("portable-faas:azure:App", name, None, opts)
        self._deployment = deployment
        self._inside = inside = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup(
            deployment.prefix,
            resource_group_name=deployment.prefix,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(
                parent=self, protect=deployment.settings.protect
            ),  # it would take the data along
        )
        self._group: pulumi.Output[str] = group.name
        self._storage = Storage(deployment, group.name, inside)
        self._telemetry = Telemetry(deployment, group.name, inside)
        self._events = Events(deployment, group.name, self._storage, inside) if _has_own(deployment) else None
        self._vault = Vault(deployment, group.name, inside) if _named(deployment, "secret") else None
        scheduled = deployment.settings.durable == "scheduler"
        self._scheduler = Scheduler(deployment, group.name, inside) if scheduled else None
        self._site = self._deployed()
        self.outputs: dict[str, object] = {
            "resourceGroup": group.name,
            "site": self._site.name,
            "host": self._site.host,
            "storage": self._storage.name,
            **({"vault": self._vault.name} if self._vault is not None else {}),
        }
        self.register_outputs(self.outputs)

    def _settings(self) -> dict[str, pulumi.Input[str]]:
        known = {f"storage.{service}": address for service, address in self._storage.endpoints.items()}
        if self._events is not None:
            known |= {f"topic:{name}": topic.endpoint for name, topic in self._events.topics.items()}
        if self._vault is not None:
            known |= {f"secret:{name}": self._vault.reference(name) for name in _named(self._deployment, "secret")}
        own = {name: filled(text, known) for name, text in self._deployment.manifest.settings.items()}
        scheduled = self._scheduler.settings if self._scheduler else {}
        return {**variables(self._deployment), **own, **self._telemetry.settings, **scheduled}

    def _deployed(self) -> Site:
        if self._deployment.settings.plan == "flex":
            site = self._made(self._settings(), self._inside)
            Published(self._deployment, site.host, pulumi.ResourceOptions(parent=self, depends_on=self._granted(site)))
            return site
        uploaded = Uploaded(self._deployment, self._storage.packages, self._uploading())
        site = self._made({**self._settings(), RUN_FROM: uploaded.url}, self._inside)
        Synced(self._deployment, site.id, pulumi.ResourceOptions(parent=self, depends_on=self._granted(site)))
        return site

    def _made(self, settings: Mapping[str, pulumi.Input[str]], opts: pulumi.ResourceOptions) -> Site:
        return Site(self._deployment, self._group, self._storage.packages, settings, opts)

    def _granted(self, site: Site) -> list[pulumi.Resource]:
        identity = Identity(site.principal)
        name, account = self._deployment.prefix, self._storage.id
        self._telemetry.may_write(identity)
        if self._scheduler:
            self._scheduler.may_use(identity)
        given = [grant(name, role, account, identity, self._inside) for role in (BLOBS, QUEUES, TABLES)]
        if self._vault is not None:
            given.append(self._vault.may_read(identity))
        topics = {} if self._events is None else self._events.topics
        for topic in sorted(_published(self._deployment)):
            given.append(grant(f"{name}-{topic}", EVENTS, topics[topic].id, identity, self._inside))
        return given

    def _uploading(self) -> pulumi.ResourceOptions:
        """Who deploys may write packages: with keys off, even the owner of an account needs a role for its data."""
        deployer = Identity(authorization.get_client_config_output().object_id, None)
        name = f"{self._deployment.prefix}-deployer"
        granted = grant(name, UPLOADS, self._storage.packages_id, deployer, self._inside)
        return pulumi.ResourceOptions(parent=self, depends_on=[granted])


def _has_own(deployment: Deployment) -> bool:
    """Whether the app has anything besides orchestrations, secrets and settings."""
    manifest = deployment.manifest
    kinds = {part["kind"] for part in manifest.resources} - {SETTING, "secret"}
    return bool(kinds) or any(function.triggers for function in manifest.functions)


def _named(deployment: Deployment, kind: str) -> list[str]:
    return [part["name"] for part in deployment.manifest.resources if part["kind"] == kind]


def _published(deployment: Deployment) -> set[str]:
    """The topics that a function of the app publishes to."""
    every = (permission for function in deployment.manifest.functions for permission in function.permissions)
    return {one["name"] for one in every if one["kind"] == "topic"}
