"""TRIGGER-007 A key names its client; a stranger gets 401, and a client over its rate or quota 429."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Rate, Request

app = App("trigger_007")
ENVIRONMENT = {"SHOP_KEY": "k-shop", "BANK_KEY": "k-bank"}
app.api_client("shop", key=app.secret("shop-key"), rate=Rate(2, 10), quota=Rate(3, 3600))
app.api_client("bank", key=app.secret("bank-key"))
app.api_client("unset", key=app.secret("unset-key"))


@app.get("/me")
def me(request: Request) -> str:
    return request.client


async def check(client: Client) -> None:
    get = client.http.get
    await client.advance(3600 - client.now().timestamp() % 3600)
    assert (await get("/me", key="k-bank")).text == "bank"
    for key in (None, "", "wrong", "k-shop ", "k" * 10_000, "schlüssel"):
        reply = await get("/me", key=key)
        assert (reply.status, reply.header("www-authenticate")) == (401, 'ApiKey realm="trigger_007"')
    assert [(await get("/me", key="k-shop")).status for _ in range(3)] == [200, 200, 429]
    assert (await get("/me", key="k-shop")).header("retry-after") == "10"
    assert (await get("/me", key="k-bank")).status == 200
    await client.advance(10)
    assert [(await get("/me", key="k-shop")).status for _ in range(2)] == [200, 429]
    await client.advance(3600)
    assert (await get("/me", key="k-shop")).status == 200
