"""An app, and broken requests and messages for it: made at random from a seed, the same for every engine."""

import base64
import hashlib
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from portable_faas import App
from portable_faas.triggers import Cookie, Form, Header, Jwt, Query, Upload
from portable_faas.triggers.http.request import BODY_LIMIT, Request

DOCUMENTED = {200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 422, 429, 503}
SECRET = "planted-4b1d"
# The public half of a key whose private half nobody has: every token is forged.
MODULUS = (1 << 2047) + int.from_bytes(hashlib.shake_256(b"malformed").digest(255), "big") | 1


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def keys() -> str:
    """Where the key set lies; a Lambda runtime process is on this machine too."""
    content = json.dumps({"keys": [{"kty": "RSA", "kid": "one", "n": text(MODULUS.to_bytes(256, "big")), "e": "AQAB"}]})
    place = Path(tempfile.gettempdir()) / f"pfaas-keys-{hashlib.sha256(content.encode()).hexdigest()[:12]}.json"
    if not place.exists():
        place.write_text(content)
    return str(place)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Item:
    name: str
    count: int
    price: float | None = None
    color: Color = Color.RED
    parts: "list[Item] | None" = None


app = App("malformed")
app.api_client("web", key=app.secret("web-key"))
app.api(jwt=Jwt("https://issuer.example", "shop", keys()))
queue = app.queue("items", Item, attempts=1)


@app.post("/items/{id}", auth="anonymous", status=201)
def add(
    id: int,
    item: Item,
    tags: Annotated[list[float], Query("tag")],
    flag: bool = False,
    agent: Annotated[int, Header("x-number")] = 0,
    session: Annotated[Color | None, Cookie("color")] = None,
) -> Item:
    return item


@app.put("/files/{name}", auth="anonymous")
def put(name: str, file: Upload, n: Annotated[int, Form()] = 0) -> int:
    return len(file.data)


@app.get("/keyed")
def keyed(q: str = "") -> str:
    return q


@app.get("/token", auth="jwt")
def by_token() -> None: ...


@app.on_message(queue)
def take(item: Item) -> None: ...


PATHS = ["/items/1", "/items/x", "/files/a", "/keyed", "/token", "/", "//", "/docs/x", "/%", "/\0", "/openapi.json"]
PATHS += ["/-pfaas", "/-pfaas/instances/x", "/-pfaas/buckets/b/k", "/-pfaas/buckets/b/%ff", "/-pfaas/buckets/../keyed"]
PATHS += ["/items/%2e%2e/x", "/items/../keyed", "/files/..%2f..%2fetc", "/%2e%2e/keyed", "/ITEMS/1", "/items/1/"]
PATHS += ["/items//1", "/items/1;a=b", "/items/%c0%af", "/items/1%00", "/items/1%0d%0aset-cookie:a", "/keyed%3fq=1"]
NO_PATHS = ["", "*", "keyed", "https://other.example/keyed"]  # what no server hands on
QUERIES = ["", "tag=1", "tag=x", "flag=maybe", "%", "=&=&&", "tag=%ff", "q=" + "a" * 5000, "flag=true&flag=false", "ü"]
QUERIES += ["\0", "q=%0d%0aset-cookie:a", "tag=nan", "tag=1e999", "tag=0x1", "tag=%D9%A3", "q=%F0%9F%92%A9", "q=?#"]
QUERIES += ["signature=x&expires=x&method=GET", "signature=%00", "signature=%ff"]
QUERIES += ["expires=9999999999999999999999&signature=a&method=PUT"]
KINDS = ["application/json", "application/json; charset=latin-1", "application/json; charset=utf-16", "text/plain", ""]
KINDS += ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=", "\xff/"]
KINDS += ["application/x-www-form-urlencoded", "application/vnd.x+json", "APPLICATION/JSON", "a/b\r\nx-evil: 1"]
GOOD = {"name": "a", "count": 1}
BODIES = [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"name":1}', b"{" * 5000, b'{"a":' * 5000]
BODIES += [json.dumps(GOOD).encode(), json.dumps({**GOOD, "count": 2**60}).encode(), b'{"name":"\\ud800","count":1}']
BODIES += [
    json.dumps(GOOD).encode("utf-16"),
    json.dumps(GOOD).encode("utf-32"),
    '{"name":"é","count":1}'.encode("latin-1"),
]
BODIES += [b'{"name":"a","name":"b","count":1}', b'{"name":"a","count":NaN}', b'{"name":"a","count":1,"extra":1}']
BODIES += [b'{"name":"\\u0000","count":1.0}', b'{"name":"\xef\xbf\xbf","count":1}', b'{"__class__":"x","count":1}']
BODIES += [b"1e999", b"9" * 5000, b"--x\r\n\r\n--x--", b"a=%zz", b"n=1&file=2", b"--x--" * 2000]
BODIES += [b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff"\r\n\r\n1\r\n--x--']
BODIES += [b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n1\r\n--x--']
BODIES += [b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../etc/passwd"\r\n\r\n1\r\n--x--']
HEADERS = [("x-number", "x"), ("x-number", "1"), ("cookie", "color=red"), ("cookie", "=;;=;color"), ("cookie", '"')]
HEADERS += [("cookie", "color=%72ed"), ("x-api-key", "ü"), ("x-api-key", "\0"), ("x-api-key", SECRET[:-1])]
HEADERS += [
    ("x-api-key", SECRET + " "),
    ("x-api-key", SECRET.upper()),
    ("x-api-key", "x" * 100_000),
    ("origin", "null"),
]
HEADERS += [
    ("authorization", "Bearer a.b.c"),
    ("authorization", "Bearer " + "e" * 30000),
    ("authorization", "Basic YTpi"),
]
HEADERS += [("x-forwarded-for", "' OR 1=1"), ("x-http-method-override", "DELETE"), ("host", "evil.example")]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "get"]


def forged(chance: random.Random) -> str:
    """A token that looks right and is not: of another algorithm, of a key of its own, or with a broken part."""
    header: dict[str, Any] = {"alg": chance.choice(["RS256", "none", "HS256", "RS512", "ES256", "", 1]), "kid": "one"}
    header |= chance.choice(
        [{}, {"kid": "two"}, {"kid": 7}, {"crit": ["exp"]}, {"jwk": {"kty": "RSA"}}, {"jku": "https://x"}]
    )
    claims = {"iss": "https://issuer.example", "aud": "shop", "sub": "ada", "exp": 4_000_000_000}
    claims |= chance.choice([{}, {"exp": 1}, {"exp": "never"}, {"aud": []}, {"iss": None}])
    signature = chance.choice([b"", b"\0" * 256, chance.randbytes(256), chance.randbytes(20), (1).to_bytes(256, "big")])
    parts = [text(json.dumps(header).encode()), text(json.dumps(claims).encode()), text(signature)]
    if chance.random() < 0.2:
        parts[chance.randrange(3)] = chance.choice(["", "e30", "!!", "W10", "eyJ", "ü"])
    return "Bearer " + ".".join(parts)


def broken(chance: random.Random) -> Request:
    """A request with something wrong, mostly; some of them are good."""
    kind = chance.choice(KINDS)
    headers = chance.sample(HEADERS, chance.randrange(4)) + ([("Content-Type", kind)] if kind else [])
    path = chance.choice(PATHS + ["/items/1"] * 10)
    if path == "/token":
        headers.append(("authorization", forged(chance)))
    body = bytearray(chance.choice(BODIES))
    for _ in range(chance.randrange(3)):
        if body:
            body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.002:
        body = bytearray(b" " * (BODY_LIMIT + 1))
    method = chance.choice(METHODS + ["POST"] * 10)
    return Request(method, path, chance.choice(QUERIES), headers, bytes(body))


def requests(seed: int, count: int) -> Iterator[Request]:
    """So many of them."""
    chance = random.Random(seed)
    return (broken(chance) for _ in range(count))


def messages(seed: int, count: int) -> list[str]:
    """Texts that a queue may hold, sent by somebody else: most of them are no ``Item``.

    U+FFFE and U+FFFF are none: SQS does not take them, and what we send writes them in JSON's way.
    """
    chance = random.Random(seed)
    whole = [body.decode("utf-8", "replace").replace("\uffff", "") for body in BODIES]
    whole += ["\0", "\x1b[31m", "\ud7ff", json.dumps({**GOOD, "name": "x" * 60_000}), "x" * 300_000]
    return [whole[n] if n < len(whole) else mutated(chance, chance.choice(whole)) for n in range(count)]


def mutated(chance: random.Random, given: str) -> str:
    """The text with a character changed, left out or put in."""
    place, one = chance.randrange(len(given) + 1), chance.choice('{}[]":,1ae\\ \n\x00\x1f\U0001f4a9')
    return given[:place] + chance.choice([one, "", one * 2]) + given[place + chance.randrange(2) :]
