"""Fills in what a build cannot know: the names and addresses that a deployment gives.

fill("${bucket:values}", {"bucket:values": "shop-dev-1f0c"})   ->   "shop-dev-1f0c"

A setting may hold references anywhere. In the definition of a machine only a string that is nothing but a reference
is one: other strings are the program's, and may hold whatever it likes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

REFERENCE: Final = re.compile(r"\$\{([a-z]+[:.][^\s{}]+)\}")
INDENT: Final = 1


def references(text: str) -> tuple[str, ...]:
    """What a text refers to: ``${storage.blob}`` is ``storage.blob``."""
    return tuple(REFERENCE.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every reference replaced; ``KeyError`` names one without a value."""
    return REFERENCE.sub(lambda found: values[found[1]], text)


def string_references(definition: str) -> tuple[str, ...]:
    """What the strings of a JSON text refer to, each once and in order of their names."""
    return tuple(sorted(set(_found(json.loads(definition)))))


def fill_strings(definition: str, values: Mapping[str, str]) -> str:
    """The JSON text with every string that is a reference replaced; ``KeyError`` names one without a value."""
    filled = _filled(json.loads(definition), values)
    return json.dumps(filled, ensure_ascii=False, indent=INDENT) + "\n"


def _found(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _found(item)
    elif isinstance(value, list):
        for item in value:
            yield from _found(item)
    elif isinstance(value, str) and (reference := REFERENCE.fullmatch(value)):
        yield reference[1]


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, str) and (reference := REFERENCE.fullmatch(value)):
        return values[reference[1]]
    return value
