"""URLs that the app signs, so that whoever has one may use it, and nobody can make another."""

import hashlib
import hmac

from portable_faas.triggers.http.template import RESERVED


def signature(key: bytes, *parts: object) -> str:
    """The signature of some parts, as 64 hexadecimal digits."""
    # Each part is preceded by its length, so that no two lists of parts give one text.
    text = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_signed(key: bytes, given: str, *parts: object) -> bool:
    """Whether ``given`` is the signature of the parts; takes equally long either way."""
    return hmac.compare_digest(given.encode("ascii", "replace"), signature(key, *parts).encode())


def instance_url(key: bytes, instance_id: str) -> str:
    """The path of the status page of an instance."""
    return f"{RESERVED}/instances/{instance_id}?signature={signature(key, 'instance', instance_id)}"
