"""FLOW-210 A UUID crosses and stays a UUID."""

from uuid import UUID

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_210")
TAGS = ("flow",)
CASES = (Case(UUID(int=0), output=(UUID(int=1), True), calls='next_id("00000000-0000-0000-0000-000000000000")'),)


@app.activity
def next_id(key: UUID) -> UUID:
    return UUID(int=key.int + 1)


@app.orchestrator
async def main(ctx: Context, key: UUID) -> tuple[UUID, bool]:
    new = await next_id(key)
    return new, new > key
