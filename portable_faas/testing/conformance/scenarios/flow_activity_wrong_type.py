"""FLOW-166 A value of another type than the annotation says is NotPortable; nothing is coerced."""

from typing import Any

from portable_faas import App, Context
from portable_faas.errors import NotPortable
from portable_faas.testing.scenario import Case

app = App("flow_166")
TAGS = ("flow",)
CASES = (
    Case("int", output="1", calls='answer("int")'),
    Case("bool", output="refused", calls='answer("bool")'),
    Case("text", output="refused", calls='answer("text")'),
)


@app.activity
def answer(kind: str) -> int:
    values: dict[str, Any] = {"int": 1, "bool": True, "float": 1.0, "text": "1"}
    return values[kind]  # type: ignore[no-any-return]


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return f"{await answer(kind)}"
    except NotPortable:
        return "refused"
