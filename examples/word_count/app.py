"""Word count: cut a text into pieces, count the words of all pieces side by side, and add the counts up."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from portable_faas import App, Context

app = App("word_count")

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class Task:
    file: str
    paragraphs: int = 3  # per piece
    top: int = 10


@dataclass(frozen=True)
class Summary:
    words: int
    different: int
    top: dict[str, int]


@app.activity
def split(file: str, paragraphs: int) -> list[str]:
    """Read a file that lies beside this one and give it in pieces; a real app would read from a bucket."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    parts = [part for part in text.split("\n\n") if part.strip()]
    return ["\n\n".join(parts[at : at + paragraphs]) for at in range(0, len(parts), paragraphs)]


@app.activity
def count(piece: str) -> dict[str, int]:
    return dict(Counter(WORD.findall(piece.lower())))


@app.activity
def merge(counts: list[dict[str, int]], top: int) -> Summary:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    ordered = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
    return Summary(total.total(), len(total), dict(ordered[:top]))


@app.orchestrator
async def count_words(ctx: Context, task: Task) -> Summary:
    pieces = await split(task.file, task.paragraphs)
    await ctx.set_status(f"counting {len(pieces)} pieces")
    counts = await ctx.map(count, pieces, limit=8)
    return await merge(counts, task.top)
