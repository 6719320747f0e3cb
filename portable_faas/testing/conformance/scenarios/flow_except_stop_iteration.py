"""FLOW-233 An activity that raises StopIteration gives RuntimeError, as a coroutine that raises it does (PEP 479)."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_233")
TAGS = ("flow",)
CASES = (
    Case(True, output="RuntimeError: coroutine raised StopIteration", calls="first([])"),
    Case(False, error=("RuntimeError", "coroutine raised StopIteration"), calls="first([])"),
)


@app.activity
def first(items: list[int]) -> int:
    return next(iter(items))


@app.orchestrator
async def main(ctx: Context, caught: bool) -> str:
    try:
        return str(await first([]))
    except Exception as error:
        if not caught:
            raise
        return f"{type(error).__name__}: {error}"
