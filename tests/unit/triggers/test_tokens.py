"""Tokens: those that a well-known library signs are taken, forged ones refused; keys come from files and URLs."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from portable_faas import App
from portable_faas.testing import running
from portable_faas.triggers import Jwt, Rate, Request
from portable_faas.triggers.http.tokens import BadToken, key_set, parsed, verify

SETTINGS = Jwt("https://issuer.example", "shop", "keys.json")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
NOW = time.time()


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(
    claims: dict[str, Any] | None = None, key: rsa.RSAPrivateKey = KEY, alg: str = "RS256", kid: str | None = "one"
) -> str:
    header = {"alg": alg, "typ": "JWT", **({"kid": kid} if kid else {})}
    body = {"iss": SETTINGS.issuer, "aud": "shop", "sub": "ada", "exp": NOW + 24 * 3600, **(claims or {})}
    signed = f"{text(json.dumps(header).encode())}.{text(json.dumps(body).encode())}"
    return f"{signed}.{text(key.sign(signed.encode(), padding.PKCS1v15(), HASHES.get(alg, hashes.SHA256())))}"


def jwk(key: rsa.RSAPrivateKey, kid: str, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    n, e = (number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (numbers.n, numbers.e))
    return {"kty": "RSA", "kid": kid, "n": text(n), "e": text(e), **more}


KEYS = json.dumps({"keys": [jwk(KEY, "one"), {"kty": "EC", "kid": "ec"}]})


def check(given: str, keys: str = KEYS) -> None:
    verify(parsed(given), key_set(keys), SETTINGS, NOW)


@pytest.mark.parametrize("alg", HASHES)
def test_a_signed_token_is_taken(alg: str) -> None:
    check(token(alg=alg))
    check(token(alg=alg, kid=None))
    check(token({"aud": ["other", "shop"], "nbf": NOW - 1}, alg=alg))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"aud": "bank"}, "another audience"),
        ({"aud": ["bank"]}, "another audience"),
        ({"aud": {"shop": 1}}, "another audience"),
        ({"exp": NOW - 61}, "has expired"),
        ({"exp": "never"}, "no valid 'exp'"),
        ({"exp": None}, "no valid 'exp'"),
        ({"nbf": NOW + 61}, "not valid yet"),
    ],
)
def test_wrong_claims_are_refused(claims: dict[str, Any], why: str) -> None:
    with pytest.raises(BadToken, match=why):
        check(token(claims))


def test_forged_tokens_are_refused() -> None:
    head, body, signature = token().split(".")
    none = text(b'{"alg":"none"}')
    mac = text(b'{"alg":"HS256","kid":"one"}')
    public = json.loads(KEYS)["keys"][0]["n"].encode()
    signed_with_public = text(hmac.new(public, f"{mac}.{body}".encode(), hashlib.sha256).digest())
    forged = [
        token(key=OTHER),
        token(kid="two"),
        f"{head}.{text(b'{}')}.{signature}",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{mac}.{body}.{signed_with_public}",
        f"{head}.{body}.{text(bytes(256))}",
        f"{head}.{body}.{text(b'1')}",
        f"{head}.{body}.{text(b'x' * 255 + bytes([1]))}",
        f"{head}.{body}",
        f"{head}.{body}.{signature}.x",
        "....",
        "",
        "x" * 20_000,
        f"{text(b'[]')}.{body}.{signature}",
        f"{text(b'[' * 100_000)}.{body}.{signature}",
        f"{head}.{body}.ü",
        f"{text(json.dumps({'alg': 'RS256', 'kid': 'one', 'crit': ['x']}).encode())}.{body}.{signature}",
        f"{text(json.dumps({'alg': 'RS256', 'kid': ['one']}).encode())}.{body}.{signature}",
    ]
    for one in forged:
        with pytest.raises(BadToken):
            check(one)


def test_every_flipped_bit_is_noticed() -> None:
    whole = token()
    signature = base64.urlsafe_b64decode(whole.rpartition(".")[2] + "==")
    for bit in range(0, len(signature) * 8, 37):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadToken):
            check(f"{whole.rpartition('.')[0]}.{text(bytes(changed))}")


def test_an_old_style_padding_with_trailing_bytes_is_refused() -> None:
    """What Bleichenbacher's forgery makes: a short padding, the digest, then anything."""
    digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(b"x").digest()
    block = b"\0\1" + b"\xff" * 8 + b"\0" + digest
    numbers = KEY.private_numbers()
    padded = int.from_bytes(block + bytes(256 - len(block)), "big")
    signature = pow(padded, numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    head = text(b'{"alg":"RS256","kid":"one"}')
    with pytest.raises(BadToken):
        check(f"{head}.{text(b'{}')}.{text(signature)}")


def test_key_sets() -> None:
    assert key_set(json.dumps({"keys": [jwk(KEY, "a", alg="RS512")]}))["a"].algorithms == {"RS512"}
    for keys in ('{"keys": []}', "[]", '{"keys": [{"kty": "oct", "k": "AA"}]}', '{"keys": [1]}', "{"):
        with pytest.raises((ValueError, KeyError)):
            key_set(keys)
    weak = {"kty": "RSA", "kid": "weak", "n": text(b"\xff" * 128), "e": "AQAB"}
    with pytest.raises(ValueError, match="too weak"):
        key_set(json.dumps({"keys": [weak]}))
    with pytest.raises(BadToken):
        check(token(alg="RS256"), json.dumps({"keys": [jwk(KEY, "one", alg="RS512")]}))


@pytest.fixture
def issuer() -> Iterator[tuple[str, list[str]]]:
    """A server of keys and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = KEYS.encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks.json", asked
    server.shutdown()
    server.server_close()
    thread.join()


def app_with(keys: str) -> App:
    app = App("tokens")
    app.api(jwt=Jwt(SETTINGS.issuer, "shop", keys, rate=Rate(5, 3600)))

    @app.get("/me", auth="jwt")
    def me(request: Request) -> str:
        return f"{request.client} {request.claims['aud']}"

    return app


async def test_keys_from_a_url_are_asked_for_once(issuer: tuple[str, list[str]]) -> None:
    url, asked = issuer
    async with running(app_with(url)) as client:
        assert (await client.http.get("/me", token=token())).text == "ada shop"
        assert (await client.http.get("/me", token=token())).status == 200
        refused = [await client.http.get("/me", token=token(kid=f"new-{n}")) for n in range(5)]
        assert {reply.status for reply in refused} == {401}
        assert asked == ["/jwks.json"]
        await client.advance(61)
        assert (await client.http.get("/me", token=token(kid="new"))).status == 401
        assert len(asked) == 2


async def test_keys_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(KEYS)
    async with running(app_with(str(tmp_path / "keys.json"))) as client:
        assert (await client.http.get("/me", token=token())).text == "ada shop"
        for headers in ({}, {"authorization": "Basic x"}, {"authorization": "Bearer"}, {"authorization": "Bearer x"}):
            reply = await client.http.get("/me", headers=headers)
            assert (reply.status, reply.header("www-authenticate")) == (401, 'Bearer realm="tokens"')
        statuses = [(await client.http.get("/me", token=token())).status for _ in range(5)]
        assert statuses == [200, 200, 200, 200, 429]


async def test_without_keys_nobody_comes_in(tmp_path: Path) -> None:
    async with running(app_with(str(tmp_path / "none.json"))) as client:
        assert (await client.http.get("/me", token=token())).status == 503
