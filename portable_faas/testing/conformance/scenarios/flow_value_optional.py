"""FLOW-212 `T | None` crosses as the value or as None, in fields too."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Node:
    next: "Node | None" = None


app = App("flow_212")
TAGS = ("flow",)
CASES = (
    Case(Node(), output=None, calls='tail({"next":null})'),
    Case(Node(Node()), output=Node(), calls='tail({"next":{"next":null}})'),
)


@app.activity
def tail(node: Node) -> Node | None:
    return node.next


@app.orchestrator
async def main(ctx: Context, node: Node) -> Node | None:
    return await tail(node)
