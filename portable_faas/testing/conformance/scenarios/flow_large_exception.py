"""FLOW-222 An exception carries large attributes to its handler, after retries and out of branches too."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_222")
TAGS = ("flow",)
CASES = (Case(400_000, output=[400_000, 400_000, 3], calls=("refuse(400000)", *["refuse(400001)"] * 3)),)


class Refused(Exception):
    def __init__(self, detail: str) -> None:
        super().__init__("refused")
        self.detail = detail


@app.activity(retry=Retry(attempts=2, first=1))
def refuse(length: int) -> str:
    raise Refused("d" * 400_000)


@app.orchestrator
async def main(ctx: Context, length: int) -> list[int]:
    try:
        await refuse(length)
    except Refused as e:
        detail = e.detail
    kept = await ctx.gather(*[refuse(length + 1) for _ in range(3)], return_exceptions=True)
    found = [each.detail for each in kept if isinstance(each, Refused)]
    return [len(detail), len(found[2]), len(found)]
