"""An app with secrets of every kind in it, and functions that fail around them."""

from portable_faas import App, Context
from portable_faas.triggers import Jwt, Request, Response
from tests.triggers.malformed import keys

app = App("planted")
app.api(jwt=Jwt("https://issuer.example", "shop", keys()))
app.api_client("web", key=app.secret("web-key"))
bank = app.secret("bank-key")
store = app.secret("store-connection")
files = app.bucket("files")
jobs = app.queue("jobs", str, attempts=1)
news = app.topic("news", str)


@app.get("/ok")
async def ok(request: Request) -> str:
    return str(len(await bank.get()) + len(await store.get()))


@app.get("/fails")
async def fails() -> Response[str]:
    key = await bank.get()
    raise RuntimeError(f"could not sign with {len(key)} characters")


@app.get("/hidden", auth="anonymous")
async def hidden() -> str:
    return str(await getattr(bank, "get")())  # noqa: B009


@app.get("/token", auth="jwt")
async def by_token() -> None: ...


@app.get("/url", auth="anonymous")
async def url() -> str:
    return await files.put_url("a")


@app.post("/starts", auth="anonymous")
async def starts() -> str:
    return str((await flow.start("x")).instance_id)


@app.on_message(jobs)
async def work(name: str) -> None:
    await news.publish(str(len(await bank.get())))
    raise RuntimeError(name)


@app.on_event(news)
async def tell(length: str) -> None:
    raise RuntimeError(length + str(len(await store.get())))


@app.activity(uses=(bank.get,))
async def sign(text: str) -> str:
    key = await bank.get()
    raise ValueError(f"{text} {len(key)}")


@app.orchestrator
async def flow(ctx: Context, text: str) -> str:
    return await sign(text)
