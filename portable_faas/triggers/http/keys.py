"""API keys: which declared client shows the key of a request."""

import hmac
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from portable_faas.triggers.http.settings import ApiClient

if TYPE_CHECKING:
    from portable_faas.resources.acting import Services

LOG: Final = logging.getLogger("portable_faas.http")
_TOLD: Final[set[str]] = set()  # clients whose missing secret the log has named already
HEADER: Final = "x-api-key"
LONGEST: Final = 512


async def client_of(key: str, clients: Mapping[str, ApiClient], services: "Services") -> ApiClient | None:
    """The client whose secret is ``key``; every client is compared, in a time that tells nothing about the keys."""
    if not key or len(key) > LONGEST:
        return None
    found = None
    for client in clients.values():
        try:
            secret = await services.secret(client.key.name)
        except LookupError as missing:
            if client.name not in _TOLD:
                _TOLD.add(client.name)
                LOG.warning("client %s cannot call: %s", client.name, missing)
            continue
        if secret and hmac.compare_digest(key.encode("utf-8", "replace"), secret.encode()):
            found = client
    return found
