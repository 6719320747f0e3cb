"""The provider ``aws``. It is honest about this release: it refuses what it cannot do before anything starts."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NoReturn, final

from portable_faas.app import App
from portable_faas.errors import NotSupported
from portable_faas.manifest import Manifest
from portable_faas.provider import Backend, Progress, Target


@final
class AWSProvider:
    """Lambda and Step Functions."""

    name: Final = "aws"
    summary: Final = "Lambda and Step Functions: declared, cannot run or build an app in this release"

    def connect(self, app: App, **_options: Any) -> Backend:
        """Refuse: there is no deployed app to connect to yet."""
        _refuse(f"connect to app {app.name!r} on aws")

    def emulate(self, app: App, **_options: Any) -> AbstractAsyncContextManager[Backend]:
        """Refuse: there is no emulated AWS yet."""
        _refuse(f"run app {app.name!r} in the shape of aws")

    def build(self, app: App, _target: Target, _progress: Progress) -> Manifest:
        """Refuse: the orchestrators cannot be compiled yet."""
        _refuse(f"build app {app.name!r}")


def _refuse(what: str) -> NoReturn:
    raise NotSupported(f'the aws adapter of this release cannot {what}; use --on local (on="local")')


provider: Final = AWSProvider()
