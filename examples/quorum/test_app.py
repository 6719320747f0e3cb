"""The quorum example as it will run; `pytest --on local,azure,aws` names the engines."""

from examples.quorum.app import Question, app, read
from portable_faas.testing import running


async def test_the_first_three_decide(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(read, Question("stock", [50, 5, 40, 10, 1]))
        assert await handle.result() == "stock@2"
        status = await handle.status()
        assert 10 <= (status.updated_at - status.created_at).total_seconds() < 40
