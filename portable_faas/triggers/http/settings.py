"""How an app's HTTP side behaves as a whole: who may call, how often, and what it tells about itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, final

from portable_faas.resources import Secret
from portable_faas.values.retry import Seconds, seconds

LONGEST_PERIOD: Final = 31 * 86_400.0


@final
class Rate:
    """At most ``count`` requests in each ``period`` (seconds or ``timedelta``); periods start at whole multiples."""

    __slots__ = ("count", "period")

    def __init__(self, count: int, period: Seconds = 1) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"count is a whole number from 1, not {count!r}")
        given = seconds(period, "period")
        if not 1 <= given <= LONGEST_PERIOD or given != int(given):
            raise ValueError(f"period is 1 to {LONGEST_PERIOD:g} whole seconds, not {period!r}")
        self.count = count
        self.period = int(given)

    def __repr__(self) -> str:
        return f"Rate({self.count}, {self.period})"


@final
class Cors:
    """Which pages may call from a browser: ``origins`` as ``https://shop.example``, or ``"*"`` for every page."""

    __slots__ = ("credentials", "expose", "headers", "max_age", "origins")

    def __init__(
        self,
        origins: Sequence[str],
        *,
        headers: Sequence[str] = ("content-type", "authorization", "x-api-key"),
        expose: Sequence[str] = ("location", "retry-after"),
        credentials: bool = False,
        max_age: int = 600,
    ) -> None:
        if isinstance(origins, str) or not origins:
            raise TypeError(f"origins is a list such as ['https://shop.example'] or ['*'], not {origins!r}")
        if credentials and "*" in origins:
            raise ValueError("browsers refuse '*' with credentials (Fetch standard); name the origins")
        self.origins = frozenset(origins)
        self.headers = tuple(headers)
        self.expose = tuple(expose)
        self.credentials = credentials
        self.max_age = max_age


@final
class Jwt:
    """Which tokens are taken: from ``issuer``, for ``audience``, signed by one of ``keys`` (an https URL or a file).

    ``keys`` is a JSON Web Key Set. ``leeway`` is how many seconds clocks may differ. ``rate`` holds per subject.
    """

    __slots__ = ("audience", "issuer", "keys", "leeway", "rate")

    def __init__(
        self, issuer: str, audience: str, keys: str, *, leeway: Seconds = 60, rate: Rate | None = None
    ) -> None:
        for name, value in (("issuer", issuer), ("audience", audience), ("keys", keys)):
            if not isinstance(value, str) or not value:
                raise ValueError(f"{name} is a text, not {value!r}")
        if "://" in keys and not keys.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError(f"keys come over https or from a file, not from {keys}")
        self.issuer = issuer
        self.audience = audience
        self.keys = keys
        self.leeway = seconds(leeway, "leeway")
        self.rate = rate


@final
class ApiClient(NamedTuple):
    """A client that shows a key: its name, the secret that holds the key, how fast and how much it may call."""

    name: str
    key: Secret
    rate: Rate | None
    quota: Rate | None


@final
class Mount(NamedTuple):
    """An ASGI app below a path."""

    path: str
    app: Any
    auth: str


@final
class ApiSettings(NamedTuple):
    """The whole of it; ``openapi`` and ``docs`` are paths, None where they are not served."""

    title: str
    version: str
    description: str = ""
    openapi: str | None = None
    docs: str | None = None
    cors: Cors | None = None
    jwt: Jwt | None = None
    clients: Mapping[str, ApiClient] = {}
    mounts: tuple[Mount, ...] = ()
