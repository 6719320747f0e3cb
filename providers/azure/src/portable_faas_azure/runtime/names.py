"""How the storage calls what an app declares.

Names()            queue orders -> "orders"     function pack of a topic -> queue "event-pack-1f3a9c"
Names("t1f0c")     the same behind "t1f0c-", so that several runs of an emulator share one account

Queues and containers take lower-case letters, digits and single hyphens, 3 to 63 of them ("Naming Queues and Metadata",
"Naming and Referencing Containers", learn.microsoft.com); tables letters and digits only.
"""

import hashlib
import re
from typing import Any, Final, NamedTuple, final

from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import OnMessage

PREFIX: Final = "PORTABLE_FAAS_PREFIX"  # the app setting
ORIGIN: Final = "PORTABLE_FAAS_ORIGIN"  # stands before the paths of signed URLs, where it is not the host name
HTTP: Final = "pfaas_http"  # the function that answers every request
TOPIC: Final = "PORTABLE_FAAS_TOPIC_"  # begins the app setting with the address of a topic
TOPIC_KEY: Final = "PORTABLE_FAAS_TOPICS_KEY"  # the access key of all topics, in an emulator
CONNECTION: Final = "PortableFaasStorage"  # the name of the connection to the storage account
REFERENCE: Final = "@Microsoft.KeyVault("  # begins an app setting that refers to a key vault, until it is followed
SHARED: Final = "events/"  # begins the names of blobs with long events, of which nobody knows the last reader
KEPT_DAYS: Final = 400  # after which such a blob is deleted; as long as long values are kept on other clouds
LONGEST_SLUG: Final = 24


def address_setting(topic: str) -> str:
    """The app setting that holds the address of a topic."""
    return TOPIC + topic.upper().replace("-", "_")


@final
class Names(NamedTuple):
    """The names of one app in one account."""

    prefix: str = ""

    def queue(self, name: str) -> str:
        """The queue of a declared one."""
        return self._with_prefix(name)

    def container(self, bucket: str) -> str:
        """The container of a bucket."""
        return self._with_prefix(bucket)

    def bucket(self, container: str) -> str:
        """The bucket of a container."""
        return container.removeprefix(f"{self.prefix}-") if self.prefix else container

    def source(self, function: Function[..., Any]) -> str:
        """The queue that a function with a queue, a topic or a bucket reads."""
        trigger = function.trigger
        if isinstance(trigger, OnMessage):
            return self.queue(trigger.queue.name)
        return self.delivery(trigger.kind, function.name)

    def delivery(self, kind: str, function: str) -> str:
        """The queue to which Event Grid delivers for a function."""
        slug = re.sub(r"[^a-z0-9]+", "-", function.lower())[:LONGEST_SLUG].strip("-") or "x"
        return self._with_prefix(f"{kind}-{slug}-{hashlib.sha256(function.encode()).hexdigest()[:6]}")

    @property
    def large(self) -> str:
        """The container of messages that no queue takes."""
        return self._with_prefix("portable-faas-messages")

    @property
    def table(self) -> str:
        """The table of what the app itself remembers."""
        return f"{self.prefix}PortableFaas"

    def _with_prefix(self, name: str) -> str:
        return f"{self.prefix}-{name}" if self.prefix else name
