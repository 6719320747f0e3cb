"""Encodes a value whose type nothing declares, as the data of an event where it is raised: each part by its own class.

[Line("desk", 2), date(2026, 11, 21)]      ->      [{"sku": "desk", "n": 2}, "2026-11-21"]
"""

import json

from portable_faas.values import Wire, encode, portable


def encode_undeclared(value: object, name: str) -> Wire:
    """The wire form of ``value``; ``NotPortable`` with a path that begins with ``name``."""
    try:
        wire = _part(value, name)
    except RecursionError:
        wire = value  # too deep, or inside itself: refused below
    return encode(object, wire, name)


def _part(value: object, name: str) -> object:
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return [_part(each, f"{name}[{number}]") for number, each in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _part(each, f"{name}[{json.dumps(key, ensure_ascii=False)}]") for key, each in value.items()}
    return encode(type(value) if portable(type(value)) is None else object, value, name)
