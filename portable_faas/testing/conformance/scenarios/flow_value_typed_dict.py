"""FLOW-201 A TypedDict crosses, and a key that is not required stays absent when it was left out."""

from typing import NotRequired, TypedDict

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_201")
TAGS = ("flow",)
CASES = (
    Case({"name": "ann"}, output=["name", "ann", "None"], calls='echo({"name":"ann"})'),
    Case({"name": "bob", "age": 3}, output=["name", "age", "bob", "3"], calls='echo({"name":"bob","age":3})'),
)


class User(TypedDict):
    name: str
    age: NotRequired[int]


@app.activity
def echo(user: User) -> User:
    return user


@app.orchestrator
async def main(ctx: Context, user: User) -> list[str]:
    kept = await echo(user)
    return [*kept, kept["name"], str(kept.get("age"))]
