"""From what a worker tells of an HTTP answer to headers and bytes, as the host sends them.

The SDK takes cookies apart, since its protocol has one value for each header; the host puts them together again, with
their attributes in an order of its own.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import format_datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any, Final

from portable_faas_azure.emulator.worker import Reply

ATTRIBUTES: Final = ("Expires", "Max-Age", "Domain", "Path", "SameSite")
FLAGS: Final = ("Secure", "HttpOnly")


def reply_of(value: Mapping[str, Any]) -> Reply:
    """The answer in the SDK's datum."""
    headers = [(name.lower(), header.value) for name, header in value["headers"].items()]
    cookies = [("set-cookie", text) for cookie in value["cookies"] or () for text in _written(cookie)]
    return Reply(int(value["status_code"].value), (*headers, *cookies), value["body"].value)


def reply_from(http: Any) -> Reply:
    """The same in the message that Microsoft's worker library gives."""
    headers = [(name.lower(), value) for name, value in http.headers.items()]
    cookies = [("set-cookie", "; ".join(_told(cookie))) for cookie in http.cookies or ()]
    return Reply(int(http.status_code), (*headers, *cookies), http.body.bytes)


def _told(cookie: Any) -> Iterator[str]:
    yield f"{cookie.name}={cookie.value}"
    # A value that is absent is None, and one that is empty means as much.
    given = {"Max-Age": cookie.max_age, "Domain": cookie.domain, "Path": cookie.path}
    yield from (
        f"{name}={_number(held.value)}" for name, held in given.items() if held is not None and held.value != ""
    )
    if cookie.expires is not None:
        yield f"Expires={format_datetime(cookie.expires.value.replace(tzinfo=UTC), usegmt=True)}"
    if cookie.same_site:
        yield f"SameSite={cookie.same_site}"
    yield from (
        name for name, held in (("Secure", cookie.secure), ("HttpOnly", cookie.http_only)) if held and held.value
    )


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def _written(cookie: SimpleCookie) -> Iterator[str]:
    for morsel in cookie.values():
        yield "; ".join([f"{morsel.key}={morsel.coded_value}", *_attributes(morsel)])


def _attributes(morsel: "Morsel[str]") -> Iterator[str]:
    yield from (f"{name}={morsel[name.lower()]}" for name in ATTRIBUTES if morsel[name.lower()])
    yield from (name for name in FLAGS if morsel[name.lower()])
