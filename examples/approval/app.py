"""Approval: a person decides; after a day without an answer the next one up is asked, in the end it is refused."""

from dataclasses import dataclass
from typing import Literal

from portable_faas import App, Context

app = App("approval")
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Expense:
    id: str
    cents: int
    approvers: list[str]


@dataclass(frozen=True)
class Decision:
    by: str
    verdict: Literal["approved", "refused"]
    note: str = ""


@app.activity
def ask(expense_id: str, approver: str) -> str:
    """Stands for the mail with the two buttons, each of which raises the event `decision`."""
    return f"asked {approver} about {expense_id}"


@app.activity
def pay(expense_id: str, cents: int) -> str:
    return f"paid {cents / 100:.2f} for {expense_id}"


@app.orchestrator
async def approve(ctx: Context, expense: Expense) -> str:
    for approver in expense.approvers:
        await ask(expense.id, approver)
        await ctx.set_status(f"waiting for {approver}")
        try:
            decision = await ctx.wait_for_event("decision", Decision, timeout=DAY)
        except TimeoutError:
            continue  # the next one up
        if decision.verdict == "refused":
            return f"refused by {decision.by}: {decision.note}"
        return await pay(expense.id, expense.cents)
    return "refused: nobody answered"
