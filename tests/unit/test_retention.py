"""An engine that cannot forget finished instances says so before anything runs."""

from pathlib import Path

import pytest

from portable_faas import App, Context, connect
from portable_faas.errors import NotSupported
from portable_faas.testing import running

app = App("kept", retention=86_400)


@app.orchestrator
async def quick(ctx: Context) -> int:
    return 1


async def test_aws_keeps_what_has_ended(tmp_path: Path) -> None:
    told = "app 'kept' sets retention, and aws keeps finished instances until they are purged"
    with pytest.raises(NotSupported, match=told):
        async with running(app, on="aws"):
            pass
    with pytest.raises(NotSupported, match=told):
        connect(app, on="aws", outputs={})
