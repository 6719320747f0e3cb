"""FLOW-213 A union whose members differ in JSON kind crosses and comes back as the member it was."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_213")
TAGS = ("flow",)
CASES = (
    Case(1, output="int 2", calls="echo(1)"),
    Case("1", output="str 1", calls='echo("1")'),
    Case([1], output="[1]", calls="echo([1])"),
    Case(None, output="None", calls="echo(null)"),
)


@app.activity
def echo(value: int | str | list[int] | None) -> int | str | list[int] | None:
    return value


@app.orchestrator
async def main(ctx: Context, value: int | str | list[int] | None) -> str:
    match await echo(value):
        case int(n):
            return f"int {n + 1}"
        case str(text):
            return f"str {text}"
        case other:
            return f"{other}"
