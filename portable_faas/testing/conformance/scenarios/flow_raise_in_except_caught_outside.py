"""FLOW-061 An error raised by an except block is caught by an outer try, not by a sibling handler."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_061")
TAGS = ("flow",)
CASES = (Case(1, output="fine", calls="check(1)"), Case(-1, output="outer 'new' 7", calls="check(-1); check(7)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        try:
            await check(n)
        except ValueError:
            raise KeyError("new") from None
        except KeyError:
            return "sibling"
    except KeyError as e:
        return f"outer {e} {await check(7)}"
    return "fine"
