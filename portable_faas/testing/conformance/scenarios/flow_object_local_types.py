"""FLOW-189 Sets, dates, generators and compiled patterns may be used freely between two awaits."""

import re

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_189")
TAGS = ("flow",)
CASES = (
    Case("", output=["uoiea"], calls='letters("")'),
    Case("banana tree", output=["a", "e", "uoi"], calls='letters("ae")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    vowels = {match.group() for match in re.finditer("[aeiou]", text)}
    found = await letters("".join(sorted(vowels)))
    missing = set("aeiou") - set(found)
    return [*found, "".join(letter for letter in "uoiea" if letter in missing)]
