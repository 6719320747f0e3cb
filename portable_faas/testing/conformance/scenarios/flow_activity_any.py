"""FLOW-161 Parameters and results annotated Any cross as plain JSON."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_161")
TAGS = ("flow",)
CASES = (
    Case("x", output={"items": [["x"], ["x"]]}, calls='wrap("x",1); wrap(["x"],2)'),
    Case(
        {"a": [1, None]},
        output={"items": [[{"a": [1, None]}]] * 2},
        calls='wrap({"a":[1,null]},1); wrap([{"a":[1,null]}],2)',
    ),
)


@app.activity
def wrap(value: Any, times: Any) -> Any:
    return {"items": [value] * times}


@app.orchestrator
async def main(ctx: Context, value: Any) -> Any:
    once = await wrap(value, 1)
    return await wrap(once["items"], 2)
