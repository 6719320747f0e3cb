"""FLOW-184 Dataclasses inside dataclasses and lists cross and come back as their classes."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Part:
    name: str
    parts: list["Part"]


app = App("flow_184")
TAGS = ("flow",)
CASES = (Case("a", output=Part("a", [Part("a", [])]), calls='first({"name":"box","parts":[{"name":"a","parts":[]}]})'),)


@app.activity
def first(part: Part) -> Part:
    return part.parts[0]


@app.orchestrator
async def main(ctx: Context, name: str) -> Part:
    inner = await first(Part("box", [Part(name, [])]))
    return Part(inner.name, [inner])
