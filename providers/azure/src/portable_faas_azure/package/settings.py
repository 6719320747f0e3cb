"""The settings of a Function App: ``host.json``, the app settings of the platform, and those of this machine.

Sources: "host.json reference for Azure Functions 2.x and later", "Durable Functions bindings" (host.json settings),
"Connect to host storage with an identity", "Orchestration versioning in Durable Functions", learn.microsoft.com.
"""

import hashlib
import re
from typing import Any, Final

BUNDLE: Final = {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}
HUB: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{2,44}")  # what names queues, tables and containers too
UNVERSIONED: Final = "0"

# Identity-based: no key of the account is anywhere. The deployer knows the addresses.
APP_SETTINGS: Final = {
    "AzureWebJobsStorage__blobServiceUri": "${storage.blob}",
    "AzureWebJobsStorage__credential": "managedidentity",
    "AzureWebJobsStorage__queueServiceUri": "${storage.queue}",
    "AzureWebJobsStorage__tableServiceUri": "${storage.table}",
}

# What triggers and clients of an app's own resources read; "the homepage" would answer the path "/" in our place.
RESOURCE_SETTINGS: Final = {
    "AzureWebJobsDisableHomepage": "true",
    "PortableFaasStorage__blobServiceUri": "${storage.blob}",
    "PortableFaasStorage__credential": "managedidentity",
    "PortableFaasStorage__queueServiceUri": "${storage.queue}",
    "PortableFaasStorage__tableServiceUri": "${storage.table}",
}
# Routes begin at the root. Each queue has its own number of attempts, which the handler counts, so the platform's is
# out of reach; what a process that dies leaves behind is all it sees.
TRIGGER_EXTENSIONS: Final[dict[str, Any]] = {
    "http": {"routePrefix": ""},
    "queues": {"maxDequeueCount": 101, "visibilityTimeout": "00:00:30", "messageEncoding": "base64"},
}
# A function that takes batches fetches the rest of one itself, if the host has not taken it before.
ONE_AT_ONCE: Final = {"batchSize": 1, "newBatchThreshold": 0}

LOCAL_SETTINGS: Final = {
    "IsEncrypted": False,
    "Values": {"AzureWebJobsStorage": "UseDevelopmentStorage=true", "FUNCTIONS_WORKER_RUNTIME": "python"},
}


def host(app: str, version: str | None, *, triggers: bool = False, batches: bool = False) -> dict[str, Any]:
    """``host.json``. ``version`` is the program's: instances of a newer one are left alone, those of older ones run.

    ``triggers``: it has more than orchestrations; ``batches``: a function of it takes several messages at once.
    """
    return {
        "version": "2.0",
        "extensionBundle": BUNDLE,
        "extensions": {
            **(_trigger_extensions(batches) if triggers else {}),
            "durableTask": {
                "hubName": hub(app),
                "defaultVersion": version or UNVERSIONED,
                "versionMatchStrategy": "CurrentOrOlder",
                "versionFailureStrategy": "Reject",
                "storageProvider": {"maxQueuePollingInterval": "00:00:10"},  # the most on Flex Consumption
            },
        },
    }


def _trigger_extensions(batches: bool) -> dict[str, Any]:
    queues = {**TRIGGER_EXTENSIONS["queues"], **(ONE_AT_ONCE if batches else {})}
    return {**TRIGGER_EXTENSIONS, "queues": queues}


def hub(app: str) -> str:
    """The task hub of an app: its name where that may name one, else what is left of it and a hash.

    orders   ->   orders          my-shop   ->   myshop1b2c3d4e
    """
    if HUB.fullmatch(app):
        return app
    kept = re.sub(r"^[^A-Za-z]+|[^A-Za-z0-9]", "", app)[:32] or "app"
    return kept + hashlib.sha256(app.encode()).hexdigest()[:8]
