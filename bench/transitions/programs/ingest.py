"""Ingest: read and index every document of a list side by side, two steps each, then publish the index."""

from dataclasses import dataclass

from portable_faas import App, Context

app = App("ingest")


@dataclass(frozen=True)
class Entry:
    document: str
    words: int


@dataclass(frozen=True)
class Index:
    entries: int
    words: int


class Unreadable(Exception):
    """The document cannot be read."""


class IndexFull(Exception):
    """The index takes no more."""


@app.activity
def extract(document: str) -> str:
    if document.startswith("secret"):
        raise Unreadable(document)
    return f"text of {document}"


@app.activity
def enter(document: str, text: str) -> Entry:
    if document.startswith("huge"):
        raise IndexFull(f"{document} does not fit")
    return Entry(document, len(text.split()))


@app.activity
def publish(entries: list[Entry]) -> Index:
    if len(entries) > 3:
        raise IndexFull("at most three documents")
    return Index(len(entries), sum(entry.words for entry in entries))


async def handle(document: str) -> Entry:
    text = await extract(document)
    return await enter(document, text)


@app.orchestrator
async def ingest(ctx: Context, documents: list[str]) -> Index:
    entries = await ctx.gather(*[handle(document) for document in documents])
    return await publish(list(entries))
