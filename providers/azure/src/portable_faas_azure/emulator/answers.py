"""From what a worker tells of an HTTP answer to headers and bytes, as the host sends them.

The SDK takes cookies apart, since its protocol has one value for each header; the host puts them together again
(``RawScriptResult``) as ASP.NET Core does: the value percent-encoded, the attributes in its order, always with a path.
It writes their names in lower case, which clients do not see (RFC 6265, section 5.2); here they are written as ours
are, so that answers of all engines can be compared as texts. A content type that is empty is left out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http.cookies import Morsel
from typing import Any, Final
from urllib.parse import quote

from portable_faas_azure.emulator.worker import Reply

ORDER: Final = ("Expires", "Max-Age", "Domain", "Path", "Secure", "SameSite", "HttpOnly")
Attributes = Mapping[str, Any]  # by name; None and "" for what a cookie has not, True for a flag


def reply_of(value: Mapping[str, Any]) -> Reply:
    """The answer in the SDK's datum."""
    headers = _headers({name: header.value for name, header in value["headers"].items()})
    cookies = [("set-cookie", _written(morsel)) for cookie in value["cookies"] or () for morsel in cookie.values()]
    return Reply(int(value["status_code"].value), (*headers, *cookies), value["body"].value)


def reply_from(http: Any) -> Reply:
    """The same in the message that Microsoft's worker library gives."""
    cookies = [("set-cookie", _told(cookie)) for cookie in http.cookies or ()]
    return Reply(int(http.status_code), (*_headers(http.headers), *cookies), http.body.bytes)


def _headers(given: Mapping[str, str]) -> list[tuple[str, str]]:
    lower = {name.lower(): value for name, value in given.items()}
    return [(name, value) for name, value in lower.items() if value or name != "content-type"]


def _written(morsel: "Morsel[str]") -> str:
    return _joined(morsel.key, morsel.value, {name: morsel[name.lower()] for name in ORDER})


def _told(cookie: Any) -> str:
    given = {"Max-Age": cookie.max_age, "Domain": cookie.domain, "Path": cookie.path, "Expires": cookie.expires}
    given |= {"Secure": cookie.secure, "HttpOnly": cookie.http_only}
    values = {name: None if held is None else _plain(held.value) for name, held in given.items()}
    return _joined(cookie.name, cookie.value, {**values, "SameSite": cookie.same_site})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_datetime(value.replace(tzinfo=UTC), usegmt=True)
    return int(value) if isinstance(value, float) else value


def _joined(name: str, value: str, given: Attributes) -> str:
    found = [(key, {**given, "Path": given["Path"] or "/"}.get(key)) for key in ORDER]
    parts = [key if held is True else f"{key}={held}" for key, held in found if _is_there(held)]
    return "; ".join([f"{name}={quote(value, safe='')}", *parts])


def _is_there(held: Any) -> bool:
    """Whether a cookie has an attribute; a life of 0 seconds is one."""
    return held is not None and held is not False and held != ""
