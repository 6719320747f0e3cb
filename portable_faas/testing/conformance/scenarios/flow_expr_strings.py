"""FLOW-087 String methods between awaits follow Python, beyond ASCII too."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_087")
TAGS = ("flow",)
CASES = (
    Case("  ann ", output=["HELLO ANN", "hello-Ann", "bye Ann", "9", "000Ann"], calls='greet("Ann")'),
    Case("straße", output=["HELLO STRASSE", "hello-Straße", "bye Straße", "12", "Straße"], calls='greet("Straße")'),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, name: str) -> list[str]:
    text = await greet(name.strip().title())
    parts = text.split()
    return [text.upper(), "-".join(parts), text.replace("hello", "bye"), str(len(text)), parts[-1].zfill(6)]
