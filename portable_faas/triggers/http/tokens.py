"""JSON Web Tokens (RFC 7519) in their compact form: taken apart, verified, refused.

The key set, never the token, says which key of which kind is used with which algorithms.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from portable_faas.triggers.http.settings import Jwt
from portable_faas.triggers.http.signatures import ALGORITHMS, CURVE_OF, RSA, Key, curve_key, rsa_key

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ON: Final[Mapping[Any, str]] = {curve: algorithm for algorithm, curve in CURVE_OF.items()}
LONGEST: Final = 16 * 1024


class BadToken(ValueError):
    """A token that is not taken; the text is for the client and names no key."""


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
    if header.get("alg") not in ALGORITHMS or "crit" in header or not isinstance(key_id, str | None):
        raise BadToken(f"the token is not signed with one of {', '.join(ALGORITHMS)}")
    return Token(header["alg"], key_id, claims, f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]))


def verify(token: Token, keys: Mapping[str | None, Key], settings: Jwt, now: float) -> None:
    """``BadToken`` unless one of ``keys`` signed it, for this audience, and it is valid now."""
    key = keys.get(token.key_id)
    signed = key is not None and token.algorithm in key.algorithms
    if key is None or not signed or not key.signed(token.algorithm, token.signed, token.signature):
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


def key_set(text: str | bytes) -> dict[str | None, Key]:
    """The keys of a JSON Web Key Set (RFC 7517) by id; ``ValueError`` if it holds none that can be used."""
    document = json.loads(text)
    found = document.get("keys") if isinstance(document, dict) else None
    keys = {key.get("kid"): _key(key) for key in found or [] if isinstance(key, dict) and _is_usable(key)}
    if not keys:
        raise ValueError(f"there is no key for signatures in the key set: RSA, or {', '.join(CURVE_OF.values())}")
    if len(keys) == 1:
        keys.setdefault(None, next(iter(keys.values())))  # a token need not name the only key
    return keys


def _is_usable(key: Mapping[str, Any]) -> bool:
    if key.get("use", "sig") != "sig":
        return False
    if key.get("kty") == "EC":
        return CURVE_OF.get(key.get("alg", _ON.get(key.get("crv"))), 0) == key.get("crv")
    return key.get("kty") == "RSA" and key.get("alg", "RS256") in RSA


def _key(key: Mapping[str, Any]) -> Key:
    try:
        if key["kty"] == "EC":
            return curve_key(key["crv"], *(int.from_bytes(_bytes(key[name]), "big") for name in ("x", "y")))
        return rsa_key(key.get("alg"), *(int.from_bytes(_bytes(key[name]), "big") for name in ("n", "e")))
    except (ValueError, KeyError) as wrong:
        raise ValueError(f"key {key.get('kid')!r} cannot be used: {wrong}") from wrong


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
