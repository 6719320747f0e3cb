"""How events get to the functions of an app: topics, the queues in between, and who may put what where."""

from collections.abc import Iterator
from typing import Final, final

import pulumi

from portable_faas.manifest import Function, Manifest, Part
from portable_faas_infra.azure.grant import SENDS, UPLOADS, Identity, grant
from portable_faas_infra.azure.storage import Storage
from portable_faas_infra.azure.stored import Stored
from portable_faas_infra.azure.subscription import subscribed, watching
from portable_faas_infra.azure.topic import Changes, Topic
from portable_faas_infra.deployment import Deployment

EVENT: Final = "event"
BLOB: Final = "blob"


@final
class Events(pulumi.ComponentResource):
    """``topics`` are those of the app, by name."""

    def __init__(
        self, deployment: Deployment, group: pulumi.Input[str], account: Storage, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("portable-faas:azure:Events", deployment.prefix, None, opts)
        self._inside = inside = pulumi.ResourceOptions(parent=self)
        self._deployment, self._group, self._account = deployment, group, account
        manifest = deployment.manifest
        found = list(delivered(manifest))
        self._stored = Stored(deployment, group, account, [trigger["queue"] for _, trigger in found], inside)
        declared = [part["name"] for part in manifest.resources if part["kind"] == "topic"]
        self.topics = {name: Topic(name, deployment, group, inside) for name in declared}
        watched = any(trigger["kind"] == BLOB for _, trigger in found)
        self._changes = Changes(deployment, group, account.id, inside) if watched else None
        self._laying: dict[str, pulumi.Resource] = {}
        for function, trigger in found:
            self._subscribe(function.name, trigger)
        self.register_outputs({})

    def _subscribe(self, function: str, trigger: Part) -> None:
        deployment, account = self._deployment, self._account.id
        if trigger["kind"] == EVENT:
            topic = self.topics[trigger["topic"]]
            after = self._after(function, trigger, f"topic-{trigger['topic']}", topic.identity)
            subscribed(function, trigger, deployment, account, topic, after)
        elif self._changes is not None:
            after = self._after(function, trigger, "changes", self._changes.identity)
            watching(function, trigger, deployment, self._group, account, self._changes, after)

    def _after(self, function: str, trigger: Part, source: str, identity: Identity) -> pulumi.ResourceOptions:
        """Behind the rights to deliver into the queue, and to lay down what cannot be delivered."""
        prefix, letters = self._deployment.prefix, self._stored.letters
        assert letters is not None
        queue = self._stored.queues[trigger["queue"]]
        sends = grant(f"{prefix}-{function}", SENDS, queue, identity, self._inside)
        if source not in self._laying:  # one for all subscriptions to a topic
            self._laying[source] = grant(f"{prefix}-{source}", UPLOADS, letters, identity, self._inside)
        return pulumi.ResourceOptions(parent=self, depends_on=[sends, self._laying[source]])


def delivered(manifest: Manifest) -> Iterator[tuple[Function, Part]]:
    """The functions to which Event Grid delivers, with their triggers."""
    for function in manifest.functions:
        yield from ((function, trigger) for trigger in function.triggers if trigger["kind"] in (EVENT, BLOB))
