"""FLOW-144 An activity that fails at first and then succeeds gives its result and counts as one call."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case
from portable_faas.testing.scratch import tally

app = App("flow_144")
TAGS = ("flow",)
CASES = (
    Case(0, output="ab", calls='flaky("a",0); flaky("b",0)', elapsed=0),
    Case(3, output="ab", calls='flaky("a",3); flaky("b",3)'),
)


@app.activity(retry=Retry(attempts=8, first=1))
def flaky(key: str, failures: int) -> str:
    if tally(key) <= failures:
        raise ConnectionError("try again")
    return key


@app.orchestrator
async def main(ctx: Context, failures: int) -> str:
    return await flaky("a", failures) + await flaky("b", failures)
