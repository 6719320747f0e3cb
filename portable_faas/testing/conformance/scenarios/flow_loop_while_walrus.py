"""FLOW-011 A walrus around an await drives a while loop until its value is false."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_011")
TAGS = ("flow",)
CASES = (Case(0, output="abc|2|0", calls="page(0); page(1); page(2)"), Case(2, output="|2|0", calls="page(2)"))


@app.activity
def page(number: int) -> list[str]:
    return [["a", "b"], ["c"], []][number]


@app.orchestrator
async def main(ctx: Context, number: int) -> str:
    found = ""
    while items := await page(number):
        found += "".join(items)
        number += 1
    return f"{found}|{number}|{len(items)}"
