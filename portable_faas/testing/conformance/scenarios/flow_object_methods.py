"""FLOW-180 Methods of a dataclass are called on it before and after it crossed an await."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Account:
    balance: int

    def after(self, change: int) -> "Account":
        return Account(self.balance + change)


app = App("flow_180")
TAGS = ("flow",)
CASES = (Case(Account(5), output=116, calls='book({"balance":6})'),)


@app.activity
def book(account: Account) -> Account:
    return account.after(10)


@app.orchestrator
async def main(ctx: Context, account: Account) -> int:
    account = await book(account.after(1))
    return account.after(100).balance
