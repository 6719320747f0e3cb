"""``running(app, on=...)``: the app, started in one cloud's shape on this machine, as a client."""

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from portable_faas.app import App
from portable_faas.client import Client
from portable_faas.compiler import check
from portable_faas.configuration import configuration, other_python
from portable_faas.errors import CompileError, NotSupported
from portable_faas.provider import get_provider
from portable_faas.testing.scratch import FOLDER

LOCAL: Final = "local"
DEPLOYED: Final = "PFAAS_DEPLOYED"


@asynccontextmanager
async def running(
    app: App, on: str = "local", *, deployed: bool | None = None, **options: Any
) -> AsyncIterator[Client]:
    """Start ``app`` on ``on`` and give its client; everything is stopped and removed at the end.

    Time is virtual unless ``real_time=True``: it stands still while code runs and jumps to the next due moment only
    while the test waits in ``handle.result()`` or ``client.advance(seconds)``. On ``local``: ``always_replay=True``
    replays at every await, ``crash_after="every-step"`` kills the engine after each step, ``path`` keeps the store.

    ``deployed=True``: on an emulated cloud, the infrastructure program first creates what the app needs, and the app
    runs on that, with the rights that it was given. Left out, ``PFAAS_DEPLOYED=1`` (``pytest --deployed``) says so.
    Raises ``CompileError`` if the program is not accepted, ``ProviderNotFound`` and ``NotSupported``.
    """
    provider = get_provider(on)
    if on != LOCAL and (os.environ.get(DEPLOYED) == "1" if deployed is None else deployed):
        options["deployed"] = True
    elif deployed:
        raise NotSupported(f"there is nothing to deploy to on {on}: the engine is this process")
    if told := other_python(configuration()):
        warnings.warn(told, stacklevel=4)  # past the two frames of contextlib
    if problems := check(app):
        raise CompileError(problems)
    with scratch_folder():
        async with provider.emulate(app, **options) as backend:
            yield Client(app, backend)


@contextmanager
def scratch_folder() -> Iterator[str]:
    """A folder for ``tally``, known to every worker process through the environment."""
    before = os.environ.get(FOLDER)
    with tempfile.TemporaryDirectory(prefix="pfaas-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield folder
        finally:
            if before is None:
                del os.environ[FOLDER]
            else:
                os.environ[FOLDER] = before
