"""FLOW-188 A dict keeps its insertion order across awaits, activities and the result."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_188")
TAGS = ("flow",)
CASES = (
    Case([], output=["m0"]),
    Case(["z", "a"], output=["a2", "z1", "m0"], calls='add_key({"m":0},"z"); add_key({"z":1,"m":0},"a")'),
)


@app.activity
def add_key(table: dict[str, int], key: str) -> dict[str, int]:
    return {key: len(table), **table}


@app.orchestrator
async def main(ctx: Context, keys: list[str]) -> list[str]:
    table: dict[str, int] = {"m": 0}
    for key in keys:
        table = await add_key(table, key)
    return [f"{key}{value}" for key, value in table.items()]
