"""Quorum: ask five replicas, go on with the first three answers, and take what most of them say."""

from collections import Counter
from dataclasses import dataclass

from portable_faas import App, Context

app = App("quorum")
NEEDED = 3


class NoQuorum(Exception):
    """The replicas that answered do not agree."""


@dataclass(frozen=True)
class Question:
    key: str
    delays: list[int]  # of each replica, in seconds


@app.activity
def ask(replica: int, key: str) -> str:
    """Stands for a store on another machine; replica 4 lags behind."""
    return f"{key}@{1 if replica == 4 else 2}"


async def answer(ctx: Context, replica: int, key: str, delay: int) -> str:
    await ctx.sleep(delay)
    return await ask(replica, key)


@app.orchestrator
async def read(ctx: Context, question: Question) -> str:
    calls = [answer(ctx, replica, question.key, delay) for replica, delay in enumerate(question.delays)]
    answers = Counter([value for _, value in await ctx.first(NEEDED, *calls)])
    value, votes = answers.most_common(1)[0]
    if votes * 2 <= NEEDED:
        raise NoQuorum(f"{votes} of {NEEDED} say {value}")
    return value
