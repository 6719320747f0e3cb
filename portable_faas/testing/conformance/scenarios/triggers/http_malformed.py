"""TRIGGER-004 A request that cannot be read is answered with a 4xx, never a crash."""

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_004")


@app.post("/items/{id}", auth="anonymous")
def add(id: str, item: dict[str, int], q: str = "") -> str:
    return f"{id} {item} {q}"


async def check(client: Client) -> None:
    post, kind = client.http.post, {"content-type": "application/json"}
    bad = [b"{", b"", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b"[" * 100_000, b'{"a": 1e999}']
    assert [(await post("/items/1", data=body, headers=kind)).status for body in bad] == [
        *(400, 422, 400, 400, 400, 400, 422)
    ]
    assert (await post("/items/1", data=b"a=1", headers={"content-type": "text/plain"})).status == 415
    assert (await post("/items/1", json={"a": "x" * (4 * 1024 * 1024)})).status == 413
    paths = ["/items/%", "/items/%zz", "/items/%ff", "/items/..", "/items/%2e%2e", "/items/a%00b", "/items/1?q=%ff"]
    assert [(await post(path, json={})).status for path in paths] == [400] * 7
    lost = ["/items", "/items/", "/items/1/", "//items/1", "/Items/1", "/items/1/2"]
    assert [(await post(path, json={})).status for path in lost] == [404] * 6
