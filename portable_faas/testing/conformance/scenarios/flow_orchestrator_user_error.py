"""FLOW-173 A user's error that leaves the orchestrator ends it with module and qualified name."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_173")
TAGS = ("flow",)
CASES = (Case(4, error=(f"{__name__}.Rules.Broken", "rule r1 at 8"), calls="double(4)"),)


class Rules:
    class Broken(Exception):
        def __init__(self, rule: str, line: int) -> None:
            super().__init__(rule, line)

        def __str__(self) -> str:
            return "rule {} at {}".format(*self.args)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, line: int) -> int:
    raise Rules.Broken("r1", await double(line))
