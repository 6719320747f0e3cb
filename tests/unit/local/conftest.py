"""Opens the embedded engine for a test, in memory and with virtual time unless it says otherwise."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from portable_faas import App
from portable_faas.client import Client
from portable_faas.local.backend import LocalBackend

Open = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def opened() -> Open:
    @asynccontextmanager
    async def open_client(app: App, **options: Any) -> AsyncIterator[Client]:
        async with Client(app, LocalBackend(app, **{"virtual_time": True, **options})) as client:
            yield client

    return open_client
