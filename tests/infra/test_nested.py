"""What orchestrators do to other instances needs to be allowed to the Lambdas that do it."""

from collections.abc import Iterator

import pytest

from portable_faas.errors import OrchestrationFailed, PortableFaasError
from tests.infra import nested
from tests.infra.deployed import Grant, Place, deployed, grants, without

# Function, statement, and the orchestrator with an input that need it.
NEEDED = [
    ("awaited", "Start", "awaited", 1),
    ("inner", "Succeed", "awaited", 1),
    ("inner", "Fail", "awaited", -1),
    ("inner", "TableInstances", "awaited", 1),
    ("raced", "Start", "raced", 1),
    ("raced", "Describe", "raced", 60),
    ("raced", "Stop", "raced", 60),
    ("raced", "TableInstances", "raced", 60),
    ("work", "Start", "left", 1),
    ("work", "Describe", "left", 1),
    ("work", "TableInstances", "left", 1),
]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with deployed(nested.app) as opened:
        yield opened


async def ended(place: Place, orchestrator: str, seconds: int) -> object:
    """How a run ends."""
    handle = await place.client.start(nested.app.orchestrators[orchestrator], seconds)
    try:
        return await handle.result(timeout=1000)
    except (PortableFaasError, TimeoutError) as failed:
        return str(failed)


@pytest.mark.slow
async def test_with_every_statement_it_runs(place: Place) -> None:
    assert await ended(place, "awaited", 1) == 1
    assert await ended(place, "raced", 1) == 0
    assert await ended(place, "raced", 60) == 1
    assert await ended(place, "left", 1) == "left"
    with pytest.raises(OrchestrationFailed, match="negative"):
        await (await place.client.start(nested.awaited, -1)).result()


@pytest.mark.slow
@pytest.mark.parametrize(("function", "sid", "orchestrator", "seconds"), NEEDED)
async def test_without_a_statement_it_does_not(
    place: Place, function: str, sid: str, orchestrator: str, seconds: int
) -> None:
    before = await ended(place, orchestrator, seconds)
    role = f"nested-emulated-{function}"
    assert Grant(role, "grants", sid) in grants(place)
    await place.client.advance(100)  # the instance that was left has ended
    with without(place, Grant(role, "grants", sid)):
        found = await ended(place, orchestrator, seconds)
    assert found != before
    assert "not authorized" in str(found) or "has not finished" in str(found)
