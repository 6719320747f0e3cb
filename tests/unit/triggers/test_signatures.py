"""PSS and elliptic-curve signatures: what a well-known library signs is taken, everything else refused."""

import hashlib
import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from portable_faas.triggers.http.elliptic import CURVES, INFINITY, is_signed
from portable_faas.triggers.http.signatures import CurveKey, curve_key, rsa_key
from portable_faas.triggers.http.tokens import BadToken, key_set, parsed, verify
from tests.unit.triggers.test_tokens import NOW, SETTINGS, jwk, text

HASHES: dict[str, Any] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
KINDS: dict[str, Any] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
KEYS = {bits: rsa.generate_private_key(public_exponent=65537, key_size=bits) for bits in (2048, 2049, 2055)}
OWNERS = {name: ec.generate_private_key(curve) for name, curve in KINDS.items()}
CLAIMS = {"iss": SETTINGS.issuer, "aud": "shop", "sub": "ada", "exp": NOW + 3600}


def ours(bits: int) -> Any:
    numbers = KEYS[bits].public_key().public_numbers()
    return rsa_key(None, numbers.n, numbers.e)


def pss(bits: int, name: str, data: bytes, salt: int | None = None) -> bytes:
    length = HASHES[name].digest_size if salt is None else salt
    return KEYS[bits].sign(data, padding.PSS(padding.MGF1(HASHES[name]), length), HASHES[name])


def halves(name: str, data: bytes) -> bytes:
    """A signature in the form of JSON Web Signatures (RFC 7518, section 3.4)."""
    size = CURVES[name].size
    r, s = decode_dss_signature(OWNERS[name].sign(data, ec.ECDSA(HASHES[name[2:]])))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def point(name: str) -> tuple[int, int]:
    numbers = OWNERS[name].public_key().public_numbers()
    return numbers.x, numbers.y


@pytest.mark.parametrize("bits", KEYS)
@pytest.mark.parametrize("name", HASHES)
def test_pss(bits: int, name: str) -> None:
    key, data = ours(bits), secrets.token_bytes(40)
    signature = pss(bits, name, data)
    assert key.signed(f"PS{name}", data, signature)
    assert not key.signed(f"PS{name}", data + b"x", signature)
    assert not key.signed(f"RS{name}", data, signature)
    assert not key.signed(f"PS{name}", data, pss(bits, name, data, salt=20))
    assert not key.signed(f"PS{name}", data, bytes(len(signature)))
    for bit in range(0, len(signature) * 8, 61):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not key.signed(f"PS{name}", data, bytes(changed))


@pytest.mark.parametrize("name", KINDS)
def test_curves(name: str) -> None:
    key, curve = curve_key(name, *point(name)), CURVES[name]
    algorithm = f"ES{name[2:]}"
    for _ in range(5):
        data = secrets.token_bytes(40)
        signature = halves(name, data)
        assert key.signed(algorithm, data, signature)
        assert not key.signed(algorithm, data + b"x", signature)
        for bit in range(0, len(signature) * 8, 97):
            changed = bytearray(signature)
            changed[bit // 8] ^= 1 << bit % 8
            assert not key.signed(algorithm, data, bytes(changed))
    half, order = signature[: curve.size], curve.order.to_bytes(curve.size, "big")
    nothing = bytes(curve.size)
    for wrong in (nothing * 2, half + nothing, nothing + half, half + order, order + half, half, signature + b"\0"):
        assert not key.signed(algorithm, data, wrong)


@pytest.mark.parametrize("name", KINDS)
def test_the_group(name: str) -> None:
    curve = CURVES[name]
    g = curve.generator
    assert curve.has(*g[:2])
    assert curve.sum(INFINITY, g) == curve.sum(g, INFINITY) == g
    assert curve.combined(curve.order, g, 0, g)[2] == 0
    assert curve.sum(g, (g[0], -g[1] % curve.prime, 1))[2] == 0
    assert not is_signed(curve, *g[:2], bytes(32), b"\0" * (2 * curve.size - 1) + b"\1")
    for k in (1, 2, 3, 12345, curve.order - 1):
        found = curve.combined(k, g, 0, g)
        inverse = pow(found[2], -1, curve.prime)
        numbers = ec.derive_private_key(k, KINDS[name]).public_key().public_numbers()
        assert (found[0] * inverse**2 % curve.prime, found[1] * inverse**3 % curve.prime) == (numbers.x, numbers.y)


def token(algorithm: str, signature_of: Any) -> str:
    head = text(json.dumps({"alg": algorithm, "kid": "one"}).encode())
    signed = f"{head}.{text(json.dumps(CLAIMS).encode())}"
    return f"{signed}.{text(signature_of(signed.encode()))}"


def ec_jwk(name: str, **more: str) -> dict[str, str]:
    x, y = (number.to_bytes(CURVES[name].size, "big") for number in point(name))
    return {"kty": "EC", "crv": name, "kid": "one", "x": text(x), "y": text(y), **more}


def check(given: str, *keys: dict[str, str]) -> None:
    verify(parsed(given), key_set(json.dumps({"keys": keys})), SETTINGS, NOW)


def test_tokens_of_every_algorithm() -> None:
    for name in HASHES:
        check(token(f"PS{name}", lambda data, name=name: pss(2048, name, data)), jwk(KEYS[2048], "one"))
        check(
            token(f"PS{name}", lambda data, name=name: pss(2048, name, data)), jwk(KEYS[2048], "one", alg=f"PS{name}")
        )
    for name in KINDS:
        check(token(f"ES{name[2:]}", lambda data, name=name: halves(name, data)), ec_jwk(name))
        check(token(f"ES{name[2:]}", lambda data, name=name: halves(name, data)), ec_jwk(name, alg=f"ES{name[2:]}"))


def test_a_key_is_used_with_its_own_algorithm_only() -> None:
    with pytest.raises(BadToken, match="not one of the issuer's"):
        check(token("PS256", lambda data: pss(2048, "256", data)), jwk(KEYS[2048], "one", alg="RS256"))
    with pytest.raises(BadToken, match="not one of the issuer's"):
        check(token("ES256", lambda data: halves("P-256", data)), jwk(KEYS[2048], "one"))
    with pytest.raises(BadToken, match="not one of the issuer's"):
        check(token("ES384", lambda data: halves("P-256", data)), ec_jwk("P-256"))
    with pytest.raises(BadToken, match="not signed with one of"):
        check(token("ES512", lambda data: halves("P-256", data)), ec_jwk("P-256"))


@pytest.mark.parametrize(
    "changed",
    [
        {"alg": "ES384"},
        {"crv": "P-521"},
        {"crv": "secp256k1"},
        {"use": "enc"},
        {"kty": "OKP"},
        {"y": "AQAB"},
        {"x": "!"},
    ],
)
def test_keys_that_are_none(changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no key for signatures|cannot be used"):
        key_set(json.dumps({"keys": [{**ec_jwk("P-256"), **changed}]}))


def test_the_digest_is_taken_whole() -> None:
    key = CurveKey(frozenset({"ES256"}), "P-256", *point("P-256"))
    data = b"x"
    assert len(hashlib.sha256(data).digest()) == CURVES["P-256"].size
    assert key.signed("ES256", data, halves("P-256", data))
