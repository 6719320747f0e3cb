"""``AwsServices``: the resources of an app on AWS: SQS, EventBridge, S3 and Secrets Manager, through boto3.

Used by functions and activities in Lambda, and by whoever drives the app from outside.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import App
from portable_faas.context.inside import inside
from portable_faas.context.instances import StartCall
from portable_faas.resources.acting import services
from portable_faas.resources.bucket import ObjectInfo
from portable_faas.resources.grant import Grant
from portable_faas.resources.queue import DeadLetter, Outgoing
from portable_faas.values import dumps
from portable_faas_aws.runtime.bucket import Bucket
from portable_faas_aws.runtime.coroutines import blocking
from portable_faas_aws.runtime.objects import Objects
from portable_faas_aws.runtime.places import Places
from portable_faas_aws.runtime.queues import Queues

if TYPE_CHECKING:
    from portable_faas.client import Client

FRESH: Final = 300_000  # milliseconds that a secret is taken without asking again
LONGEST_TYPE: Final = 128  # characters of DetailType (API reference, PutEventsRequestEntry)


@final
class AwsServices:
    """What functions find on AWS; ``client`` drives the orchestrations of the app, and is asked for when one starts."""

    def __init__(
        self, app: App, places: Places, bucket: Bucket, now: Callable[[], int], client: "Callable[[], Client]"
    ) -> None:
        self._app = app
        self._client = client
        self._places = places
        self.now: Final = now
        self.queues: Final = Queues(places, bucket)
        self._objects = Objects(places, now)
        self._secrets: dict[str, tuple[int, str]] = {}

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send messages."""
        await blocking(lambda: self.queues.send(queue, messages))

    async def dead_letters(self, queue: str, limit: int) -> Sequence[DeadLetter]:
        """The dead letters of a queue."""
        attempts: int = self._app.resources["queue", queue].attempts  # type: ignore[attr-defined]
        return await blocking(lambda: self.queues.dead(queue, limit, attempts))

    async def redrive(self, queue: str) -> int:
        """Put dead letters back."""
        return await blocking(lambda: self.queues.redrive(queue))

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Put an event on the bus of the topic, the CloudEvent as its detail; ``OSError`` if it was not taken."""
        document = {**event, "time": _written(self.now())}
        entry = {
            "EventBusName": self._places.of("topic", topic),
            "Source": event["source"],
            "DetailType": event["type"][:LONGEST_TYPE],
            "Detail": dumps(document, "event"),
        }
        told = await blocking(lambda: self._places.client("events").put_events(Entries=[entry]))
        if told.get("FailedEntryCount"):
            raise OSError(f"topic {topic} did not take the event: {told['Entries'][0].get('ErrorMessage')}")

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Store an object."""
        return await self._objects.put(bucket, key, data, content_type)

    def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """Read an object."""
        return self._objects.stream(bucket, key)

    async def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """Look at an object."""
        return await self._objects.describe(bucket, key)

    async def objects(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        """List objects."""
        return await self._objects.list(bucket, prefix, after, limit)

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove an object."""
        return await self._objects.delete(bucket, key)

    async def signed_url(self, bucket: str, key: str, method: str, expires: float) -> str:
        """Sign a URL."""
        return await self._objects.signed_url(bucket, key, method, expires)

    def inside(self) -> inside:
        """Let the code in a ``with`` block find these services."""
        return inside(self, self.start)

    async def start(self, call: StartCall[Any]) -> Any:
        """Start an orchestration for the acting function; gives the handle."""
        services(Grant("orchestrator", call.name, "start"))
        orchestrator = self._app.orchestrators[call.name]
        return await self._client().start(
            orchestrator, *call.args, instance_id=call.instance_id, if_exists=call.if_exists
        )

    async def secret(self, name: str) -> str:
        """The value of a secret, which is read again after five minutes."""
        now = self.now()
        if name not in self._secrets or not 0 <= now - self._secrets[name][0] < FRESH:
            self._secrets[name] = now, await blocking(lambda: self._secret(name))
        return self._secrets[name][1]

    def _secret(self, name: str) -> str:
        client = self._places.client("secretsmanager")
        try:
            found: str = client.get_secret_value(SecretId=self._places.of("secret", name))["SecretString"]
        except client.exceptions.ResourceNotFoundException:
            raise LookupError(f"secret {name} is not set; give it a value in Secrets Manager") from None
        return found


def _written(milliseconds: int) -> str:
    from portable_faas.triggers.delivery import moment

    return moment(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
