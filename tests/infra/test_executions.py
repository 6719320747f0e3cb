"""Orchestrators that outgrow the history of one execution go on in others, as far as their roles allow it."""

import pytest

from portable_faas.errors import OrchestrationFailed
from tests.infra import looping
from tests.infra.deployed import Grant, deployed, grants, without


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rounds", "branches"])
async def test_what_goes_on_in_another_execution_needs_to_be_allowed_to(name: str) -> None:
    with deployed(looping.app, max_events=200) as place:
        main, role = looping.app.orchestrators[name], f"looping-emulated-{name}-states"
        handle = await place.client.start(main, 60)
        assert await handle.result() in (1770, [1770, 1770])
        for sid in sorted({grant.sid for grant in grants(place) if grant.role == role} & {"Start", "Wait"}):
            with without(place, Grant(role, "grants", sid)), pytest.raises(OrchestrationFailed) as failed:
                await (await place.client.start(main, 60)).result()
            assert "is not authorized to perform: states:" in failed.value.message
