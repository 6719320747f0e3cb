"""FLOW-235 `del` of a variable that nothing reads any more, and of one that may have no value, after an await."""

from collections import deque

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_235")
TAGS = ("flow",)
UNBOUND = ("UnboundLocalError", "cannot access local variable 'late' where it is not associated with a value")
CASES = (
    Case(3, output=[4, 9], calls="double(3); double(4); double(9)"),
    Case(0, error=UNBOUND, calls="double(0); double(4)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    first = await double(n)
    queue = deque([n, first])
    if n:
        late = first
    second = await double(4)
    del first, queue
    left = [second, n]
    if second:
        del left[0], late
    left[0] += 6
    for each in left:
        await double(each)
    del n, each
    return [len(left) + 3, left[0]]
