"""The remedy of an await that cannot be moved is a rewrite with the same meaning."""

import pytest

from portable_faas.compiler import check_source

HEAD = """\
from portable_faas import App, Context
app = App("shop")
@app.activity
def charge(n: int) -> int: ...
@app.orchestrator
async def main(ctx: Context, n: int) -> int:
"""
IF = "write an `if` statement"
LOOP = "write `while True:` and leave the loop with `break` in an `if`"


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("x = n > 0 and await charge(n)", IF),
        ("x = n or await charge(n)", IF),
        ("x = 1 + (await charge(1) if n else 0)", IF),
        ("x = 0 < n < await charge(n)", IF),
        ("assert n, await charge(n)", IF),
        ("while n and await charge(n): pass", LOOP),
        ("while n.real < await charge(n) and d['a'] < await charge(n): pass", LOOP),
        ("x = d['a'] + await charge(n)", "assign `d['a']` to a name first"),
        ("x = [await charge(m) for m in range(n)]", "write a `for` loop, or `ctx.gather` over the calls"),
    ],
)
def test_remedy_keeps_the_meaning(line: str, remedy: str) -> None:
    found = check_source(f"{HEAD}    d = {{'a': 1}}\n    {line}\n    return n\n", "shop.py")
    assert [each.remedy for each in found if each.code == "PF030"] == [remedy]
