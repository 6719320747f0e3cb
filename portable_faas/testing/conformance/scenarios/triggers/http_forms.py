"""TRIGGER-009 Forms give their fields and files, byte by byte; a broken form is a 400."""

from typing import Annotated

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Form, Upload

app = App("trigger_009")


@app.post("/photos", auth="anonymous")
def add(title: Annotated[str, Form()], photo: Upload | None = None) -> list[object]:
    return [title, None]


@app.post("/files", auth="anonymous")
def files(file: Upload, n: Annotated[int, Form("count")] = 1) -> list[object]:
    return [file.filename, file.content_type, file.data.hex(), n]


async def check(client: Client) -> None:
    file = Upload("a b.bin", "image/png", b"\r\n--x\r\n\x00\xff")
    reply = await client.http.post("/files", form={"file": file, "count": "3"})
    assert reply.json() == ["a b.bin", "image/png", file.data.hex(), 3]
    assert (await client.http.post("/files", form={"count": "3"})).status == 422
    kind = {"content-type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\n", b"--x\r\n\r\n--x--", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"):
        assert (await client.http.post("/files", data=body, headers=kind)).status == 400
    assert (await client.http.post("/files", data="x", headers={"content-type": "text/csv"})).status == 415
