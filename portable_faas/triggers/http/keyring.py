"""``Keyring``: the issuer's public keys, read anew when they are old or a token names a new one."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from portable_faas.triggers.http.response import Problem
from portable_faas.triggers.http.settings import Jwt
from portable_faas.triggers.http.signatures import Key
from portable_faas.triggers.http.tokens import BadToken, key_set, parsed, verify

LOG: Final = logging.getLogger("portable_faas.http")
FRESH: Final = 3600.0  # seconds that keys are taken without asking again
PATIENCE: Final = 60.0  # seconds between two questions about an unknown key, so that forged tokens cannot cause traffic
TIMEOUT: Final = 5.0
LARGEST: Final = 1024 * 1024


class Keyring:
    """The keys of one issuer."""

    def __init__(self, settings: Jwt) -> None:
        self._settings = settings
        self._keys: dict[str | None, Key] = {}
        self._read_at = float("-inf")

    async def claims(self, authorization: str | None, now: float) -> Mapping[str, object]:
        """The claims of a valid ``Bearer`` token; ``BadToken`` otherwise, ``Problem`` 503 if no keys can be had."""
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise BadToken("send a token as Authorization: Bearer ...")
        token = parsed(text.strip())
        age = now - self._read_at
        if age > FRESH or (token.key_id not in self._keys and age > PATIENCE):
            await self._read(now)
        verify(token, self._keys, self._settings, now)
        return token.claims

    async def _read(self, now: float) -> None:
        try:
            text = await asyncio.to_thread(_content, self._settings.keys)
            self._keys = key_set(text)
        except (OSError, ValueError, TypeError) as wrong:
            LOG.error("the keys of %s cannot be read: %s", self._settings.issuer, wrong)
            if not self._keys:
                raise Problem(503, "tokens cannot be verified now", headers={"retry-after": "5"}) from wrong
        self._read_at = now


def _content(place: str) -> bytes:
    if "://" not in place:
        return Path(place).read_bytes()
    request = Request(place, headers={"accept": "application/json"})
    with urlopen(request, timeout=TIMEOUT) as answer:
        content: bytes = answer.read(LARGEST)
    return content
