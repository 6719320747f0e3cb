"""FLOW-228 A branch may go round any number of times, and fail or end after the others."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_228")
TAGS = ("flow",)


def rounds(start: int, count: int) -> str:
    """The calls of a branch, in the way that a case names them."""
    return "; ".join(f"add({start},{n})" for n in range(count))


CASES = (
    Case([1, 2], output=[0, 3], calls=(rounds(0, 1), rounds(1, 2))),
    Case([30, 0, 25], output=[435, 0, 350], calls=(rounds(0, 30), rounds(2, 25))),
)


@app.activity
def add(branch: int, number: int) -> int:
    return branch + number


async def sums(ctx: Context, branch: int, count: int) -> int:
    total = 0
    for number in range(count):
        total += await add(branch, number)
    return total


@app.orchestrator
async def main(ctx: Context, counts: list[int]) -> list[int]:
    return list(await ctx.gather(*[sums(ctx, branch, count) for branch, count in enumerate(counts)]))
