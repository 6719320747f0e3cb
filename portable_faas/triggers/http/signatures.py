"""Public keys of an issuer, and whether one of them signed: RSA (RS and PS algorithms) and elliptic curves (ES).

Verifying needs no secret, so the standard library is enough (RFC 8017, sections 8.1.2 and 8.2.2; RFC 7518, section 3).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final, NamedTuple, final

# DER of the DigestInfo up to the digest itself: RFC 8017, section 9.2, note 1.
_PREFIXES: Final[Mapping[str, bytes]] = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
CURVE_OF: Final = {"ES256": "P-256", "ES384": "P-384"}  # RFC 7518, section 3.4
RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
ALGORITHMS: Final = (*sorted(RSA, reverse=True), *CURVE_OF)
SMALLEST: Final = 2048  # bits of a modulus; RFC 7518, section 3.3


def _hash_of(algorithm: str) -> str:
    return f"sha{algorithm[2:]}"


@final
class RsaKey(NamedTuple):
    """A public RSA key, and the algorithms it may be used with."""

    algorithms: frozenset[str]
    modulus: int
    exponent: int

    def signed(self, algorithm: str, data: bytes, signature: bytes) -> bool:
        """Whether its owner signed ``data``."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != size or number >= self.modulus:
            return False
        raised = pow(number, self.exponent, self.modulus)
        if algorithm.startswith("PS"):
            return _is_pss(_hash_of(algorithm), data, raised, self.modulus.bit_length() - 1)
        name = _hash_of(algorithm)
        digest = _PREFIXES[name] + hashlib.new(name, data).digest()
        expected = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
        return hmac.compare_digest(raised.to_bytes(size, "big"), expected)


@final
class CurveKey(NamedTuple):
    """A public key on an elliptic curve, and the one algorithm that goes with the curve."""

    algorithms: frozenset[str]
    curve: str
    x: int
    y: int

    def signed(self, algorithm: str, data: bytes, signature: bytes) -> bool:
        """Whether its owner signed ``data``."""
        from portable_faas.triggers.http.elliptic import CURVES, is_signed  # few issuers use them

        return is_signed(CURVES[self.curve], self.x, self.y, hashlib.new(_hash_of(algorithm), data).digest(), signature)


Key = RsaKey | CurveKey


def rsa_key(algorithm: str | None, modulus: int, exponent: int) -> RsaKey:
    """A key; ``ValueError`` for a weak one."""
    if modulus.bit_length() < SMALLEST or exponent < 3 or exponent % 2 == 0:
        raise ValueError(f"it is too weak: RSA keys have {SMALLEST} bits or more")
    return RsaKey(RSA if algorithm is None else frozenset({algorithm}), modulus, exponent)


def curve_key(name: str, x: int, y: int) -> CurveKey:
    """A key; ``ValueError`` if its point is not on the curve."""
    from portable_faas.triggers.http.elliptic import CURVES

    if not CURVES[name].has(x, y):
        raise ValueError(f"its point is not on the curve {name}")
    return CurveKey(frozenset(alg for alg, curve in CURVE_OF.items() if curve == name), name, x, y)


def _is_pss(name: str, data: bytes, raised: int, bits: int) -> bool:
    """EMSA-PSS-VERIFY (RFC 8017, section 9.1.2), the salt being as long as the digest (RFC 7518, section 3.5)."""
    length, of_hash = (bits + 7) // 8, hashlib.new(name).digest_size
    if raised.bit_length() > bits or length < 2 * of_hash + 2:
        return False
    encoded = raised.to_bytes(length, "big")
    masked, found = encoded[: -of_hash - 1], encoded[-of_hash - 1 : -1]
    block = bytes(a ^ b for a, b in zip(masked, _mask(name, found, len(masked)), strict=True))
    block = bytes([block[0] & (0xFF >> (8 * length - bits))]) + block[1:]
    salt = block[-of_hash:]
    expected = hashlib.new(name, bytes(8) + hashlib.new(name, data).digest() + salt).digest()
    padded = bytes(length - 2 * of_hash - 2) + b"\1" + salt
    return encoded[-1] == 0xBC and hmac.compare_digest(block, padded) and hmac.compare_digest(found, expected)


def _mask(name: str, seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, appendix B.2.1)."""
    size = hashlib.new(name).digest_size
    blocks = (hashlib.new(name, seed + n.to_bytes(4, "big")).digest() for n in range(-(-length // size)))
    return b"".join(blocks)[:length]
