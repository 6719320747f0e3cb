"""The word count example as it will run; `pytest --on local,azure,aws` names the engines."""

from collections import Counter
from pathlib import Path

import pytest

from examples.word_count.app import Summary, Task, app, count, count_words
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running

TEXT = Path(__file__).with_name("text.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("paragraphs", [1, 4, 1000])
async def test_the_pieces_add_up_to_the_whole(cloud: str, paragraphs: int) -> None:
    whole = Counter("".join(c if c.isascii() and c.isalpha() else " " for c in TEXT.lower().replace("'", "")).split())
    async with running(app, on=cloud) as client:
        handle = await client.start(count_words, Task("text.txt", paragraphs, top=1))
        summary = await handle.result()
        pieces = [event for event in await handle.history() if event.kind == "Scheduled" and event.name == "count"]
    assert summary == Summary(whole.total(), len(whole), dict(whole.most_common(1)))
    assert len(pieces) == -(-len([part for part in TEXT.split("\n\n") if part.strip()]) // paragraphs)


async def test_a_missing_file_fails_the_count(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(count_words, Task("missing.txt"))
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
    assert failed.value.error_type == "FileNotFoundError"


async def test_an_activity_is_a_function_too() -> None:
    assert await count("To be, or not to be") == {"to": 2, "be": 2, "or": 1, "not": 1}
