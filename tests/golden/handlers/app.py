"""Exceptions by type, bound to a name, with an else and a finally."""

from portable_faas import App, Context

app = App("handlers")


class Declined(Exception):
    pass


@app.activity
def charge(n: int) -> int:
    raise Declined("no")


@app.activity
def note(text: str) -> None:
    pass


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        paid = await charge(n)
    except (Declined, KeyError) as error:
        await note(str(error))
        return "declined"
    except ValueError:
        raise
    else:
        n += paid
    finally:
        await note("end")
    return f"paid {n}"
