"""STATEFUL-059 A time-out that is caught in a loop goes on with the next round, past what stands behind the `try`."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_059")
TAGS = ("stateful",)
CASES = (
    Case(
        input=["ann", "bob"],
        output=["asked ann", "asked bob", "nobody"],
        calls='ask("ann"); ask("bob")',
        elapsed=60.0,
    ),
)


@app.activity
def ask(name: str) -> str:
    return f"asked {name}"


@app.activity
def pay(by: str) -> str:
    return f"paid by {by}"


@app.orchestrator
async def main(ctx: Context, names: list[str]) -> list[str]:
    done: list[str] = []
    for name in names:
        done.append(await ask(name))
        try:
            by = await ctx.wait_for_event("decision", str, timeout=30)
        except TimeoutError:
            continue
        return [*done, await pay(by)]
    return [*done, "nobody"]
