"""FLOW-220 Branches with large arguments and results: fixed ones, and forty of 50 KiB."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_220")
TAGS = ("flow",)
TEXT = "b" * 51_200
FIXED = (f'join("{TEXT * 3}",1)', f'twice("{TEXT * 6}")')
CASES = (
    Case(40, output=[153_601, 614_400, 2_048_000, 2], calls=(*FIXED, *[f'join("{TEXT}",{n})' for n in range(40)])),
)


@app.activity
def join(text: str, number: int) -> str:
    return text + str(number)[:1] if number < 2 else text


@app.activity
def twice(text: str) -> str:
    return text + text


@app.orchestrator
async def main(ctx: Context, count: int) -> list[int]:
    text = "b" * 51_200
    one, two = await ctx.gather(join(text * 3, 1), twice(text * 6))
    all_of_them = await ctx.gather(*[join(text, number) for number in range(count)])
    return [len(one), len(two), sum(map(len, all_of_them)) - 2, sum(len(each) > 51_200 for each in all_of_them)]
