"""The types of Azure that have nothing behind them here: what the platform would make up is made up, the rest is kept.

Storage, Event Grid and key vaults have files of their own. Sources of the made-up values: the resource references of
each namespace, learn.microsoft.com/azure/templates.
"""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Final

from portable_faas_infra.emulated.azure.subscription import DEPLOYER, ROOT, TENANT, Refused, Subscription
from portable_faas_infra.emulated.kind import Kind, Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

NAMES: Final = uuid.UUID("9a4c2f6e-3b0d-5f7a-8a51-0c5f0d2f7b11")
LOCATION: Final = "westeurope"


class Managed(Kind):
    """A type that Resource Manager keeps; ``place`` is its namespace and type, below its resource group."""

    properties = None
    place: ClassVar[str]
    named: ClassVar[str]
    parent: ClassVar[tuple[str, str] | None] = None  # the property with the parent's name, and the parent's place

    def __init__(self, subscription: Subscription) -> None:
        self.subscription: Final = subscription

    def new_name(self, name: str) -> str:
        """The logical name and eight digits."""
        return f"{name}{uuid.uuid4().hex[:8]}"

    def holder(self, inputs: Properties) -> str | None:
        """What it is inside of: its group, or another resource of that."""
        group = f"{ROOT}/resourceGroups/{inputs['resourceGroupName']}"
        if self.parent is None:
            return group
        name, place = self.parent
        return f"{group}/providers/{place}/{inputs[name]}"

    def id(self, inputs: Properties) -> str:
        """Where it is."""
        inside = "" if self.parent else "/providers"
        return f"{self.holder(inputs)}{inside}/{self.place}/{inputs[self.named]}"

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """What the platform adds."""
        del id, inputs
        return {}

    def create(self, inputs: Properties) -> Made:
        """Keep it."""
        id = self.id(inputs)
        outputs = {"location": LOCATION, **inputs, "name": inputs[self.named], **self.made_up(id, inputs)}
        self.subscription.create(id, self.holder(inputs), outputs)
        return Made(id, outputs)

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Keep what it is now."""
        id = str(made.id)
        outputs = {"location": LOCATION, **inputs, "name": inputs[self.named], **self.made_up(id, inputs)}
        self.subscription.change(id, outputs)
        return outputs

    def delete(self, made: Resource) -> None:
        """Forget it."""
        self.subscription.delete(str(made.id))


def identity_of(id: str, inputs: Properties) -> Properties:
    """The identity of a resource that asks for one, as its properties tell of it."""
    asked = inputs.get("identity") or {}
    if "SystemAssigned" not in asked.get("type", ""):
        return {}
    return {"identity": {**asked, "principalId": str(uuid.uuid5(NAMES, id)), "tenantId": TENANT}}


class ResourceGroup(Managed):
    """What holds all others."""

    token = "azure-native:resources:ResourceGroup"
    named = "resourceGroupName"
    fixed = frozenset({"resourceGroupName", "location"})

    def holder(self, inputs: Properties) -> str | None:
        """The subscription, which is always there."""
        return None

    def id(self, inputs: Properties) -> str:
        """Right below the subscription."""
        return f"{ROOT}/resourceGroups/{inputs['resourceGroupName']}"


class Workspace(Managed):
    """Log Analytics."""

    token = "azure-native:operationalinsights:Workspace"
    place = "Microsoft.OperationalInsights/workspaces"
    named = "workspaceName"
    fixed = frozenset({"workspaceName", "resourceGroupName", "location"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its customer id."""
        return {"customerId": str(uuid.uuid5(NAMES, id))}


class Component(Managed):
    """Application Insights."""

    token = "azure-native:applicationinsights:Component"
    place = "Microsoft.Insights/components"
    named = "resourceName"
    fixed = frozenset({"resourceName", "resourceGroupName", "location", "applicationType"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its address; the key in it is a name, not a secret, where local authentication is off."""
        key = str(uuid.uuid5(NAMES, id))
        address = f"https://{LOCATION}-0.in.applicationinsights.azure.com/"
        return {"appId": key, "connectionString": f"InstrumentationKey={key};IngestionEndpoint={address}"}


class Plan(Managed):
    """A plan of App Service."""

    token = "azure-native:web:AppServicePlan"
    place = "Microsoft.Web/serverfarms"
    named = "name"
    fixed = frozenset({"name", "resourceGroupName", "location", "reserved"})


class WebApp(Managed):
    """A function app, with an identity where it asks for one."""

    token = "azure-native:web:WebApp"
    place = "Microsoft.Web/sites"
    named = "name"
    fixed = frozenset({"name", "resourceGroupName", "location"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its address and identity."""
        if self.subscription.get(inputs["serverFarmId"]) is None:
            raise Refused(f"there is no plan {inputs['serverFarmId']}")
        host = f"{inputs['name']}.azurewebsites.net"
        return {"defaultHostName": host, "state": "Running", **identity_of(id, inputs)}


class Scheduler(Managed):
    """Durable Task Scheduler."""

    token = "azure-native:durabletask:Scheduler"
    place = "Microsoft.DurableTask/schedulers"
    named = "schedulerName"
    fixed = frozenset({"schedulerName", "resourceGroupName", "location"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its address."""
        endpoint = f"https://{inputs['schedulerName']}.{LOCATION}.durabletask.io"
        return {"properties": {**inputs.get("properties", {}), "endpoint": endpoint}}


class TaskHub(Managed):
    """A hub of a scheduler."""

    token = "azure-native:durabletask:TaskHub"
    place = "taskHubs"
    named = "taskHubName"
    parent = ("schedulerName", Scheduler.place)
    fixed = frozenset({"taskHubName", "schedulerName", "resourceGroupName"})


class RoleAssignment(Managed):
    """What an identity may do where; any change makes another one."""

    token = "azure-native:authorization:RoleAssignment"
    named = "roleAssignmentName"
    fixed = frozenset({"roleAssignmentName", "scope", "principalId", "roleDefinitionId", "principalType"})

    def new_name(self, name: str) -> str:
        """A UUID."""
        return str(uuid.uuid4())

    def holder(self, inputs: Properties) -> str | None:
        """What it speaks of."""
        return str(inputs["scope"])

    def id(self, inputs: Properties) -> str:
        """Below what it speaks of."""
        return f"{inputs['scope']}/providers/Microsoft.Authorization/roleAssignments/{inputs[self.named]}"

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Nothing; but the identity has to exist."""
        known = {DEPLOYER, *(each for each in map(self._principal, self.subscription.ids()) if each)}
        if inputs["principalId"] not in known:
            raise Refused(f"there is no identity {inputs['principalId']}")
        return {}

    def _principal(self, id: str) -> Any:
        return ((self.subscription.get(id) or {}).get("identity") or {}).get("principalId")


MANAGED: Final[tuple[Callable[[Subscription], Managed], ...]] = (
    ResourceGroup,
    Workspace,
    Component,
    Plan,
    WebApp,
    Scheduler,
    TaskHub,
    RoleAssignment,
)
