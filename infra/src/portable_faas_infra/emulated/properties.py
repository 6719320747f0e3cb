"""The inputs of a resource as plain data, and what of them has changed.

{"size": 512.0, "password": <secret>}      ->   {"size": 512, "password": "..."}     numbers and secrets unwrapped
{"code": FileArchive("app.zip")}           ->   {"code": {"sha256": "6d5b..."}}      what is kept and compared
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pulumi.runtime import rpc

from portable_faas_infra.emulated.assets import ASSETS, content

Properties = dict[str, Any]


def plain(struct: Any) -> Properties:
    """What a program sent: secrets unwrapped at any depth, whole numbers as ``int`` (Pulumi's protocol has doubles)."""
    properties = _plain(rpc.deserialize_properties(struct))
    return {name: value for name, value in properties.items() if not name.startswith("__")}


def _plain(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def kept(value: Any) -> Any:
    """A value as the state holds it: JSON, with the hash of what an asset holds in its place."""
    if isinstance(value, ASSETS):
        return {"sha256": hashlib.sha256(content(value)).hexdigest()}
    if isinstance(value, Mapping):
        return {name: kept(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [kept(part) for part in value]
    return value


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """The names of the properties that differ."""
    return frozenset(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
