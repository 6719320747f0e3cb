"""FLOW-090 The tuple an activity returns is unpacked into names, with a star and nested."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_090")
TAGS = ("flow",)
CASES = (Case(1, output="1 x 0 []", calls="parts(1)"), Case(3, output="3 xxx 0 [1, 2]", calls="parts(3)"))


@app.activity
def parts(n: int) -> tuple[int, tuple[str, list[int]]]:
    return n, ("x" * n, list(range(n)))


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    count, (text, [first, *rest]) = await parts(n)
    return f"{count} {text} {first} {rest}"
