"""FLOW-231 A loop over an empty list of the input carries out nothing, and what comes after it is carried out."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_231")
TAGS = ("flow",)
CASES = (
    Case([], output="-", calls='close("-")', custom_status="worked"),
    Case([2, 1], output="2,1-", calls='work(2); work(1); close("2,1-")', custom_status="worked"),
)


@app.activity
def work(n: int) -> int:
    return n


@app.activity
def close(text: str) -> str:
    return text


@app.orchestrator
async def main(ctx: Context, ns: list[int]) -> str:
    worked: list[str] = []
    for n in ns:
        worked.append(str(await work(n)))
    await ctx.set_status("worked")
    return await close(",".join(worked) + "-")
