"""The headers of an answer in the one form that every platform carries: each name once, cookies in a fixed form.

vary: accept / vary: origin / set-cookie: a=1; HTTPONLY   ->   vary: accept, origin / set-cookie: a=1; Path=/; HttpOnly
"""

import logging
from typing import Final

LOG: Final = logging.getLogger("portable_faas.http")
COOKIE: Final = "set-cookie"
SINGLE: Final = frozenset(
    {"content-type", "location", "retry-after"}
)  # lists of these mean nothing: the last one counts
Headers = tuple[tuple[str, str], ...]


def carried(headers: Headers) -> Headers:
    """The headers as they are sent; repeated ones are joined as RFC 9110, section 5.3, allows."""
    joined = dict(headers)
    if len(joined) == len(headers) and COOKIE not in joined:
        return headers
    joined.clear()
    cookies = []
    for name, value in headers:
        if name == COOKIE:
            cookies += _cookie(value)
        else:
            joined[name] = f"{joined[name]}, {value}" if name in joined and name not in SINGLE else value
    return (*joined.items(), *((COOKIE, cookie) for cookie in cookies))


def _cookie(header: str) -> list[str]:
    from portable_faas.triggers.http.cookies import written  # few answers set one

    found = written(header)
    if found is None:
        LOG.warning("an answer sets what is no cookie; it is left out")  # without it: cookies are often secret
        return []
    return [found]
