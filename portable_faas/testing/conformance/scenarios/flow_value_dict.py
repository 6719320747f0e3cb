"""FLOW-197 Dicts cross with any text as key, the empty one and one with odd characters too."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_197")
TAGS = ("flow",)
CASES = (
    Case({}, output=[], calls="echo({})"),
    Case(
        {"": [], "$.a": [1], "ä b": [1, 2]},
        output=[":0", "$.a:1", "ä b:2"],
        calls='echo({"":[],"$.a":[1],"ä b":[1,2]})',
    ),
)


@app.activity
def echo(table: dict[str, list[int]]) -> dict[str, list[int]]:
    return table


@app.orchestrator
async def main(ctx: Context, table: dict[str, list[int]]) -> list[str]:
    kept = await echo(table)
    return [f"{key}:{len(value)}" for key, value in kept.items()]
