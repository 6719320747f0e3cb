"""Where large texts lie: S3 objects, or a dictionary where nothing may be left behind.

bucket.put("values/6d5b.../Zk3x...", "[1,2,...")     bucket.get("values/6d5b.../Zk3x...")  ->  "[1,2,..."
"""

from collections.abc import Callable
from typing import Any, Final, Protocol, final

VARIABLE: Final = "PFAAS_BUCKET"
CONNECTIONS: Final = 16  # reads at a time


class Bucket(Protocol):
    """Texts by key."""

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        ...

    def get(self, key: str) -> str:
        """A text that was put; the error of the storage if there is none."""
        ...


@final
class S3Bucket:
    """A bucket of S3; ``open`` gives the client and the bucket's name when they are needed first."""

    def __init__(self, open: Callable[[], tuple[Any, str]]) -> None:
        self._open = open
        self._opened: tuple[Any, str] | None = None

    def put(self, key: str, text: str) -> None:
        """Write an object."""
        client, name = self._client()
        client.put_object(Bucket=name, Key=key, Body=text.encode())

    def get(self, key: str) -> str:
        """Read an object."""
        client, name = self._client()
        body: bytes = client.get_object(Bucket=name, Key=key)["Body"].read()
        return body.decode()

    def delete(self, prefix: str) -> None:
        """Delete every object whose key begins so."""
        client, name = self._client()
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=prefix):
            found = [{"Key": each["Key"]} for each in page.get("Contents", ())]
            if found:
                client.delete_objects(Bucket=name, Delete={"Objects": found, "Quiet": True})

    def _client(self) -> tuple[Any, str]:
        if self._opened is None:
            self._opened = self._open()
        return self._opened


@final
class Scratch:
    """Keeps in memory what is put, and reads the rest from another bucket: for steps that are only run again."""

    def __init__(self, below: Bucket | None = None) -> None:
        self.texts: dict[str, str] = {}
        self._below = below

    def put(self, key: str, text: str) -> None:
        """Keep a text in memory."""
        self.texts[key] = text

    def get(self, key: str) -> str:
        """The text; ``KeyError`` if it is nowhere."""
        if key in self.texts or self._below is None:
            return self.texts[key]
        return self._below.get(key)


def _of_environment() -> tuple[Any, str]:
    """The bucket of a function; boto3 takes longer to load than all of ours, so only where something is large."""
    import os

    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=CONNECTIONS, retries={"mode": "standard", "total_max_attempts": 5})
    return boto3.client("s3", config=config), os.environ[VARIABLE]


FUNCTION: Final = S3Bucket(_of_environment)
