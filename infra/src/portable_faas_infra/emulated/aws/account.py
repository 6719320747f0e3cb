"""The emulated account as boto3 sees it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, final

import boto3
from botocore.config import Config

CREDENTIALS: Final = {"aws_access_key_id": "deployer", "aws_secret_access_key": "deployer"}


@final
class Account:
    """Clients of the account ``number`` at ``endpoint``."""

    def __init__(self, endpoint: str, region: str, number: str) -> None:
        self.region: Final = region
        self.number: Final = number
        self._endpoint = endpoint
        self._session: Final = _session(region)
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client of ``service``; no call is repeated, since nothing is lost on the way to an emulator."""
        if service not in self._clients:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            self._clients[service] = self._session.client(service, endpoint_url=self._endpoint, config=config)
        return self._clients[service]

    def close(self) -> None:
        """Close the clients."""
        while self._clients:
            self._clients.popitem()[1].close()


@cache
def _session(region: str) -> boto3.Session:
    """One for all accounts: it reads the descriptions of the services, which takes longer than to deploy an app."""
    return boto3.Session(region_name=region, **CREDENTIALS)


def renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The values that are given, under the names that the API has for them.

    renamed({"memorySize": 256}, {"memorySize": "MemorySize", "timeout": "Timeout"})   ->   {"MemorySize": 256}
    """
    return {new: values[old] for old, new in names.items() if values.get(old) is not None}


def upper(value: Any) -> Any:
    """Nested properties with names as most APIs have them: ``{"logFormat": ...}`` becomes ``{"LogFormat": ...}``."""
    if isinstance(value, Mapping):
        return {name[:1].upper() + name[1:]: upper(part) for name, part in value.items()}
    return [upper(part) for part in value] if isinstance(value, list) else value


Tags = Mapping[str, str] | None


def tags_gone(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of the tags that one set of inputs has and the next has not."""
    return sorted((before.get("tags") or {}).keys() - (now.get("tags") or {}).keys())


def tag_list(tags: Tags, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as the APIs that want a list have them."""
    return [{key: name, value: text} for name, text in sorted((tags or {}).items())]
