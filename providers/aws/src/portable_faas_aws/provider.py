"""The provider ``aws``: builds an app for Lambda and Step Functions, and runs it on an emulated account."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.errors import NotSupported
from portable_faas.manifest import Manifest
from portable_faas.picture import Picture
from portable_faas.provider import Backend, Progress, Target
from portable_faas_aws.runtime.chain import EVENTS

EXTRA: Final = "portable-faas-aws[emulator]"


@final
class AWSProvider:
    """Lambda and Step Functions."""

    name: Final = "aws"
    summary: Final = (
        "Lambda and Step Functions: compiles and builds apps, and runs them on an emulated account with real Lambda "
        "runtimes, for tests; connects to a deployed app by the outputs of its stack"
    )

    def connect(
        self,
        app: App,
        *,
        outputs: Mapping[str, Any] | str | Path | None = None,
        region: str | None = None,
        profile: str | None = None,
    ) -> Backend:
        """A client of a deployed app; ``outputs`` are what the infrastructure program exports, as a file or a mapping.

        Credentials, and what is left out, are found as boto3 finds them. Raises ``ValueError`` and ``NotInstalled``.
        """
        from portable_faas_aws.client import AccountBackend
        from portable_faas_aws.client.cloud import deployed

        account = deployed(outputs, region, profile)
        return AccountBackend(app, lambda: account)

    def emulate(
        self, app: App, *, real_time: bool = False, deployed: bool = False, max_events: int = EVENTS
    ) -> AbstractAsyncContextManager[Backend]:
        """The app on an emulated account in this process, its functions as Lambda runtime processes.

        The history of an execution has ``max_events`` at most; AWS allows 25,000. ``deployed``: the account is empty at
        first, and the infrastructure program creates what the app needs.
        """
        return _emulated(app, real_time, deployed, max_events)

    def build(self, app: App, target: Target, progress: Progress) -> Manifest:
        """Write one zip for all functions, the state machines and the manifest."""
        from portable_faas_aws.build import build_app

        return build_app(app, target, progress)

    def explain(self, app: App, orchestrator: str) -> Picture:
        """The state machine of an orchestrator, with the reason for every state."""
        from portable_faas.compiler.flows import program
        from portable_faas_aws.picture import picture

        return picture(program(app), orchestrator)


@asynccontextmanager
async def _emulated(app: App, real_time: bool, deployed: bool, max_events: int) -> AsyncIterator[Backend]:
    try:
        from portable_faas_aws.emulated import EmulatedAccount
    except ImportError as missing:
        hint = f"install it with: pip install '{EXTRA}'"
        raise NotSupported(f"the emulated aws cannot be imported ({missing}); {hint}") from missing
    from portable_faas_aws.client import AccountBackend

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    backend = AccountBackend(app, lambda: EmulatedAccount(app, python, real_time, deployed, max_events))
    try:
        with backend.services.inside():
            yield backend
    finally:
        await backend.close()


provider: Final = AWSProvider()
