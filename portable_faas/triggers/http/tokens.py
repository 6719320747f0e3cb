"""JSON Web Tokens (RFC 7519) signed with RSA (RS256, RS384, RS512; RFC 7518, section 3.3): read, verified, refused.

Verifying needs no secret: the signature is raised to the public exponent and compared, byte by byte, with the one
encoding that PKCS #1 v1.5 allows for the digest (RFC 8017, section 8.2.2, as its note recommends).
"""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from portable_faas.triggers.http.settings import Jwt

# DER of the DigestInfo up to the digest itself: RFC 8017, section 9.2, note 1.
_PREFIXES: Final[Mapping[str, tuple[str, bytes]]] = {
    "RS256": ("sha256", bytes.fromhex("3031300d060960864801650304020105000420")),
    "RS384": ("sha384", bytes.fromhex("3041300d060960864801650304020205000430")),
    "RS512": ("sha512", bytes.fromhex("3051300d060960864801650304020305000440")),
}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
SMALLEST: Final = 2048  # bits of a modulus; RFC 7518, section 3.3
LONGEST: Final = 16 * 1024


class BadToken(ValueError):
    """A token that is not taken; the text is for the client and names no key."""


class Key(NamedTuple):
    """A public RSA key: the algorithms it may be used with, its modulus and exponent."""

    algorithms: frozenset[str]
    modulus: int
    exponent: int


class Token(NamedTuple):
    """A token that has been taken apart and not been verified."""

    algorithm: str
    key_id: str | None
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def parsed(text: str) -> Token:
    """Take a token apart."""
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 3:
        raise BadToken("the token is not a signed JSON Web Token")
    header, claims = _object(parts[0]), _object(parts[1])
    key_id = header.get("kid")
    if header.get("alg") not in _PREFIXES or "crit" in header or not isinstance(key_id, str | None):
        raise BadToken(f"the token is not signed with one of {', '.join(_PREFIXES)}")
    return Token(header["alg"], key_id, claims, f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]))


def verify(token: Token, keys: Mapping[str | None, Key], settings: Jwt, now: float) -> None:
    """``BadToken`` unless one of ``keys`` signed it, for this audience, and it is valid now."""
    key = keys.get(token.key_id)
    if key is None or token.algorithm not in key.algorithms or not _is_signed(token, key):
        raise BadToken("the signature of the token is not one of the issuer's")
    claims = token.claims
    if claims.get("iss") != settings.issuer:
        raise BadToken("the token is of another issuer")
    audience = claims.get("aud")
    if settings.audience not in (audience if isinstance(audience, list) else [audience]):
        raise BadToken("the token is for another audience")
    if _moment(claims, "exp") + settings.leeway <= now:
        raise BadToken("the token has expired")
    if "nbf" in claims and _moment(claims, "nbf") - settings.leeway > now:
        raise BadToken("the token is not valid yet")


def _is_signed(token: Token, key: Key) -> bool:
    name, prefix = _PREFIXES[token.algorithm]
    size = (key.modulus.bit_length() + 7) // 8
    signature = int.from_bytes(token.signature, "big")
    if len(token.signature) != size or signature >= key.modulus:
        return False
    digest = prefix + hashlib.new(name, token.signed).digest()
    expected = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    return hmac.compare_digest(pow(signature, key.exponent, key.modulus).to_bytes(size, "big"), expected)


def key_set(text: str | bytes) -> dict[str | None, Key]:
    """The RSA keys of a JSON Web Key Set (RFC 7517) by id; ``ValueError`` if it holds none that can be used."""
    document = json.loads(text)
    found = document.get("keys") if isinstance(document, dict) else None
    keys = {key.get("kid"): _key(key) for key in found or [] if isinstance(key, dict) and _is_usable(key)}
    if not keys:
        raise ValueError("there is no RSA key for signatures in the key set")
    if len(keys) == 1:
        keys.setdefault(None, next(iter(keys.values())))  # a token need not name the only key
    return keys


def _is_usable(key: Mapping[str, Any]) -> bool:
    return key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("alg", "RS256") in _PREFIXES


def _key(key: Mapping[str, Any]) -> Key:
    modulus, exponent = (int.from_bytes(_bytes(key[name]), "big") for name in ("n", "e"))
    if modulus.bit_length() < SMALLEST or exponent < 3 or exponent % 2 == 0:
        raise ValueError(f"key {key.get('kid')!r} is too weak: RSA keys have {SMALLEST} bits or more")
    return Key(frozenset({key["alg"]} if "alg" in key else _PREFIXES), modulus, exponent)


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(f"the token has no valid {name!r}")
    return float(value)


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadToken("the token is not a signed JSON Web Token")
    return found


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise BadToken("the token is not a signed JSON Web Token")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
