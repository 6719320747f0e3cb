"""What a deployment has forgotten shows: the value of a secret, a table, a container, a queue."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from portable_faas_azure.emulator import process
from portable_faas_azure.runtime.names import CONNECTION, PREFIX, Names
from portable_faas_azure.runtime.services import AzureServices
from portable_faas_azure.runtime.storage import Storage

from portable_faas import App
from portable_faas.errors import NotInstalled
from portable_faas.testing import running

app = App("forgetful")
KEY = app.secret("partner-key")
numbers = app.queue("numbers", int)
kept = app.bucket("kept")
REFERENCE = "@Microsoft.KeyVault(SecretUri=https://forgetful.vault.azure.net/secrets/partner-key)"


@app.on_message(numbers)
def number(n: int) -> None: ...


class Clock:
    def now(self) -> int:
        return 0

    def hidden(self, milliseconds: int) -> int:
        return 0


@pytest.fixture
async def services(azurite: str) -> AsyncIterator[AzureServices]:
    """Those of an app for which nothing was made."""
    settings = {CONNECTION: azurite, "PARTNER_KEY": REFERENCE}
    clock: Any = Clock()
    made = AzureServices(app, settings, Storage(settings, Names("nothing")), clock)
    yield made
    await made.close()


async def test_a_reference_that_the_platform_could_not_follow_is_no_secret(services: AzureServices) -> None:
    with pytest.raises(LookupError, match=r"secret partner-key is not set, or the app may not read it: PARTNER_KEY"):
        await services.secret("partner-key")


async def test_a_missing_table_is_an_error(services: AzureServices) -> None:
    with pytest.raises(ResourceNotFoundError):
        await services.table.count("key", 1)
    with pytest.raises(ResourceNotFoundError):
        await services.table.ran("function", 1)


async def test_a_missing_container_is_no_missing_object(services: AzureServices) -> None:
    with pytest.raises(ResourceNotFoundError, match="container does not exist"):
        await anext(aiter(services.stream("kept", "a")))
    with pytest.raises(ResourceNotFoundError):
        await services.describe("kept", "a")
    with pytest.raises(ResourceNotFoundError, match="container does not exist"):
        await services.delete("kept", "a")


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_an_app_whose_queue_is_missing_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    start = process.start

    async def elsewhere(*arguments: Any, environment: Any, **options: Any) -> Any:
        return await start(*arguments, environment={**environment, PREFIX: "nothing"}, **options)

    monkeypatch.setattr(process, "start", elsewhere)
    with pytest.raises(NotInstalled, match="did not start"):
        async with running(app, on="azure"):
            pass
    assert "azure host: function number reads queue nothing-numbers, which nobody has made" in capfd.readouterr().err
