"""What stands around a function app with resources: its storage behind a front, its topics, its queues and timers.

Surroundings(provided, connection, ...)   serves what is there; ``settings`` lead an app to it
"""

from typing import Final, final

from azure.storage.blob import BlobServiceClient

from portable_faas_azure.emulator.blobs import BlobFront
from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.grid import Grid
from portable_faas_azure.emulator.provided import Provided
from portable_faas_azure.runtime.names import CONNECTION, TOPIC_KEY, Names
from portable_faas_azure.runtime.storage import Storage

BLOB_ENDPOINT: Final = "BlobEndpoint"


@final
class Surroundings:
    """The resources of one app in one storage account."""

    def __init__(self, provided: Provided, connection: str, names: Names, clock: Clock) -> None:
        self.storage: Final = Storage({CONNECTION: connection}, names)
        self.provided: Final = provided
        self.grid: Final = Grid(provided, self.storage, clock)
        with BlobServiceClient.from_connection_string(connection) as blobs:
            self.front: Final = BlobFront(blobs.url, self.grid)

    async def close(self) -> None:
        """Close the connections."""
        await self.front.close()
        await self.storage.close()


def settings(provided: Provided, connection: str, port: int, key: str) -> dict[str, str]:
    """The app settings that lead to a host on ``port``: to its front of the blob service, and to its topics.

    ``key`` says who publishes: the test, which may do everything, or the app.
    """
    here = f"http://127.0.0.1:{port}"
    with BlobServiceClient.from_connection_string(connection) as blobs:
        path = "/" + blobs.url.partition("://")[2].partition("/")[2].rstrip("/")
    parts = [part for part in connection.split(";") if part and not part.startswith(f"{BLOB_ENDPOINT}=")]
    found = {CONNECTION: ";".join([*parts, f"{BLOB_ENDPOINT}={here}{path}"]), TOPIC_KEY: key}
    return found | {setting: f"{here}/eventgrid/{topic}/api/events" for setting, topic in provided.addresses}
