"""TRIGGER-011 Accepted gives 202 with a signed status URL, which follows the instance to its end."""

from portable_faas import Accepted, App, Context
from portable_faas.client import Client

app = App("trigger_011")


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.orchestrator
async def slow(ctx: Context, n: int) -> int:
    await ctx.set_status("waiting")
    await ctx.sleep(60)
    return await double(n)


@app.post("/jobs/{n}", auth="anonymous")
async def begin(n: int) -> Accepted:
    return Accepted(await slow.start(n, instance_id=f"job-{n}"), retry_after=5)


async def check(client: Client) -> None:
    reply = await client.http.post("/jobs/4")
    url = reply.json()["status_url"]
    assert (reply.status, reply.header("retry-after"), reply.header("location")) == (202, "5", url)
    await client.advance(1)
    status = await client.http.get(url)
    assert (status.status, status.json()["status"], status.json()["custom_status"]) == (202, "Running", "waiting")
    assert (await client.http.get(url.replace("job-4", "job-5"))).status == 403
    assert (await client.http.get(url[:-1] + ("0" if url[-1] != "0" else "1"))).status == 403
    await client.advance(60)
    status = await client.http.get(url)
    assert (status.status, status.json()["status"], status.json()["output"]) == (200, "Completed", 8)
    assert set(status.json()) == {
        *("instance_id", "orchestrator", "status", "custom_status", "output", "error", "created_at", "updated_at")
    }
