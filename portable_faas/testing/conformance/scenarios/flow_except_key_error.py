"""FLOW-058 The text of a KeyError is the repr of its key, caught or not."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_058")
TAGS = ("flow",)
CASES = (
    Case("a", output="1", calls='look("a")'),
    Case("b", output="'b' b", calls='look("b")'),
    Case("lost", error=("KeyError", "'lost'"), calls='look("lost")'),
)


@app.activity
def look(name: str) -> int:
    return {"a": 1}[name]


@app.orchestrator
async def main(ctx: Context, name: str) -> str:
    try:
        return str(await look(name))
    except KeyError as e:
        if name == "lost":
            raise
        return f"{e} {e.args[0]}"
