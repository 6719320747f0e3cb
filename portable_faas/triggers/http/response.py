"""``Response``, ``Redirect``, ``Accepted`` and ``Problem``: what a function answers with; ``Answer``: what is sent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Generic, Literal, NamedTuple, Protocol, TypeVar, final

TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
COOKIE: Final = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, section 4.1.1: cookie-octet
PATH: Final = re.compile(r"/[ -:<-~]*")  # RFC 6265, section 4.1.1: path-value
PRINTABLE: Final = re.compile(r"[\t -~]*")
PROBLEM: Final = "application/problem+json"
SameSite = Literal["strict", "lax", "none"]
T = TypeVar("T")

TITLES: Final[Mapping[int, str]] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


@final
class Answer(NamedTuple):
    """What goes out: the status, the headers in order, and the bytes."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Response(Generic[T]):
    """An answer in full: ``body`` is bytes, text or a portable value; ``media_type`` follows from it unless given.

    Annotated ``-> Response[list[Order]]``, the body is encoded as that type.
    """

    def __init__(
        self,
        body: T,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        media_type: str | None = None,
    ) -> None:
        if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
            raise ValueError(f"a status is a whole number from 200 to 599, not {status!r}")
        given: Any = headers.items() if isinstance(headers, Mapping) else headers
        self.body = body
        self.status = status
        self.headers = [check_header(name, value) for name, value in given]
        self.media_type = media_type

    def cookie(
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        path: str = "/",
        secure: bool = True,
        http_only: bool = True,
        same_site: SameSite = "lax",
    ) -> "Response[T]":
        """Set a cookie; ``max_age`` in seconds, 0 removes it. Secure, hidden from scripts and same-site by default.

        The value travels percent-encoded, as one platform does it unasked; ``request.cookies`` decodes it.
        """
        from urllib.parse import quote  # few answers set cookies

        if not TOKEN.fullmatch(name) or not COOKIE.fullmatch(value):
            raise ValueError(f"a cookie is a token and printable ASCII without spaces, not {name!r}={value!r}")
        if not PATH.fullmatch(path):
            raise ValueError(f"the path of a cookie starts with a slash and has no semicolon, not {path!r}")
        parts = [f"{name}={quote(value, safe='')}"]
        parts += [*([f"Max-Age={max_age}"] if max_age is not None else []), f"Path={path}"]
        parts += [*(["Secure"] if secure else []), f"SameSite={same_site.capitalize()}"]
        parts += ["HttpOnly"] if http_only else []
        self.headers.append(check_header("set-cookie", "; ".join(parts)))
        return self


@final
class Redirect(Response[None]):
    """Sends the client to ``url``: 307 keeps the method, 303 makes it GET, 308 and 301 are permanent."""

    def __init__(self, url: str, status: Literal[301, 302, 303, 307, 308] = 307) -> None:
        super().__init__(None, status, {"location": url})


class Instance(Protocol):
    """What ``Accepted`` needs of a handle."""

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        ...


@final
class Accepted:
    """202 for work that goes on in an orchestration: where to ask for its status, and when (seconds)."""

    def __init__(self, handle: Instance, retry_after: int = 1) -> None:
        if isinstance(retry_after, bool) or not isinstance(retry_after, int) or retry_after < 0:
            raise ValueError(f"retry_after is whole seconds, not {retry_after!r}")
        self.handle = handle
        self.retry_after = retry_after


class Problem(Exception):
    """An answer as problem details (RFC 9457): raise it with a status from 400 and what the client should know.

    ``type`` is a URI that names the kind of problem; ``members`` are added to the object.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        title: str | None = None,
        type: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        if isinstance(status, bool) or not isinstance(status, int) or not 400 <= status <= 599:
            raise ValueError(f"the status of a problem is a whole number from 400 to 599, not {status!r}")
        super().__init__(detail or title or TITLES.get(status, str(status)))
        self.status = status
        self.detail = detail
        self.title = title or TITLES.get(status, "Error")
        self.type = type
        self.headers = [check_header(name, value) for name, value in (headers or {}).items()]
        self.members = members

    def document(self) -> dict[str, Any]:
        """The JSON object."""
        detail = {"detail": self.detail} if self.detail else {}
        return {"type": self.type, "title": self.title, "status": self.status, **detail, **self.members}


def check_header(name: str, value: str) -> tuple[str, str]:
    """The header with a lower-case name; ``ValueError`` for what would break out of it."""
    if not isinstance(name, str) or not TOKEN.fullmatch(name):
        raise ValueError(f"a header's name is a token, not {name!r}")
    if not isinstance(value, str) or not PRINTABLE.fullmatch(value):
        raise ValueError(f"the value of header {name} is ASCII text without control characters, not {value!r}")
    return name.lower(), value
