"""FLOW-176 When a step of a saga fails, the steps done before are undone in reverse order and the error goes on."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_176")
TAGS = ("flow",)
CASES = (
    Case(["a", "b", "c"], error=("KeyError", "'c'"), calls='act("a"); act("b"); act("c"); act("unb"); act("una")'),
)


@app.activity
def act(step: str) -> int:
    return {"a": 1, "una": 1, "b": 1, "unb": 1}[step]


@app.orchestrator
async def main(ctx: Context, steps: list[str]) -> None:
    done = 0
    try:
        for step in steps:
            done += await act(step)
    except KeyError:
        for step in reversed(steps[:done]):
            await act(f"un{step}")
        raise
