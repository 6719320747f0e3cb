"""Rules about texts: no secrets, nothing that was made from an Output too early, nothing left to fill in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from portable_faas_infra.checks.recorded import Recorded, Recording

SECRETS: Final[Mapping[str, re.Pattern[str]]] = {
    "a storage account key": re.compile(r"AccountKey=", re.IGNORECASE),
    "a shared access key": re.compile(r"SharedAccessKey(?:Name)?=", re.IGNORECASE),
    "a shared access signature": re.compile(r"(?:SharedAccessSignature=|[?&]sig=)", re.IGNORECASE),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password": re.compile(r"(?:Password|Pwd)=[^;]+", re.IGNORECASE),
}
# What the SDK gives for `str(output)` and for an f-string with one.
EARLY: Final = "Calling __str__ on an Output"
UNFILLED: Final = re.compile(r"\$\{(?:storage\.|[a-z]+:)[^\s{}]+\}")


def texts(value: Any) -> Iterator[str]:
    """Every text within inputs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def no_secret(resource: Recorded, _: Recording) -> Iterator[str]:
    """No key, signature or password."""
    for text in texts(resource.inputs):
        yield from (f"has {what}" for what, pattern in SECRETS.items() if pattern.search(text))


def no_early_text(resource: Recorded, _: Recording) -> Iterator[str]:
    """No text made from an Output before it was known."""
    if any(EARLY in text for text in texts(resource.inputs)):
        yield "has a text made from an Output that was not known yet; use Output.concat or apply"


def nothing_unfilled(resource: Recorded, _: Recording) -> Iterator[str]:
    """No reference of the manifest is left."""
    for text in texts(resource.inputs):
        yield from (f"has {found} left to fill in" for found in UNFILLED.findall(text))


TEXT: Final = {"no-secret": no_secret, "no-early-text": no_early_text, "nothing-unfilled": nothing_unfilled}
