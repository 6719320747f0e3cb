"""A with block that suppresses an exception around awaits."""

from contextlib import suppress

from portable_faas import App, Context

app = App("managers")


@app.activity
def delete(key: str) -> None:
    raise KeyError(key)


@app.orchestrator
async def main(ctx: Context, keys: list[str]) -> int:
    deleted = 0
    for key in keys:
        with suppress(KeyError, ValueError):
            await delete(key)
            deleted += 1
    return deleted
