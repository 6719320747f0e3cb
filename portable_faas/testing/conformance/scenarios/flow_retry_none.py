"""FLOW-151 Without a policy a failure is raised after the first try."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case
from portable_faas.testing.scratch import tally

app = App("flow_151")
TAGS = ("flow",)
CASES = (
    Case("7", output="7", calls='once("7")', elapsed=0),
    Case("x", error=("ValueError", "invalid literal for int() with base 10: 'x'"), calls='once("x")', elapsed=0),
)


@app.activity
def once(key: str) -> str:
    return f"try {tally(key)}" if key == "a" else str(int(key))


@app.orchestrator
async def main(ctx: Context, key: str) -> str:
    return await once(key)
