"""The provider ``azure``. It is honest about this release: it refuses what it cannot do before anything starts."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NoReturn, final

from portable_faas.app import App
from portable_faas.errors import NotSupported
from portable_faas.provider import Backend


@final
class AzureProvider:
    """Azure Functions and Durable Functions."""

    name: Final = "azure"
    summary: Final = "Azure Functions and Durable Functions: declared, cannot run or build an app in this release"

    def connect(self, app: App, **_options: Any) -> Backend:
        """Refuse: there is no deployed app to connect to yet."""
        _refuse(f"connect to app {app.name!r} on azure")

    def emulate(self, app: App, **_options: Any) -> AbstractAsyncContextManager[Backend]:
        """Refuse: there is no emulated Azure yet."""
        _refuse(f"run app {app.name!r} in the shape of azure")


def _refuse(what: str) -> NoReturn:
    raise NotSupported(f'the azure adapter of this release cannot {what}; use --on local (on="local")')


provider: Final = AzureProvider()
