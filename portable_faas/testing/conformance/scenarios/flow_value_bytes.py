"""FLOW-211 Bytes cross with every value a byte can have, and empty."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_211")
TAGS = ("flow",)
CASES = (
    Case(b"", output=(b"!", 0), calls='turned("")'),
    Case(b"\x00\xff", output=(b"\xff\x00!", 2), calls='turned("AP8=")'),
)


@app.activity
def turned(data: bytes) -> bytes:
    return data[::-1]


@app.orchestrator
async def main(ctx: Context, data: bytes) -> tuple[bytes, int]:
    result = await turned(data)
    return result + b"!", len(result)
