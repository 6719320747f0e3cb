"""Writes the reference page of the diagnostics from their catalogue.

python -m portable_faas.compiler.reference > docs/reference/diagnostics.md
"""

from portable_faas.compiler.codes import ADVICE, CODES, Code

_HEAD = """\
# Diagnostics

`pfaas check` refuses what could not give the same result on every target, before anything is deployed. Each line is
`path:line:column: code problem; what to write instead`. The marked line of each first program is refused with exactly
its code; the second program is accepted. A warning refuses nothing: `pfaas check` prints it with the word `warning`
behind its code, and ends with exit code 0. This page is made from the checker's own catalogue.
"""


def diagnostics_page() -> str:
    """The page as Markdown."""
    codes = [*CODES, *ADVICE]
    table = ["| code | |", "|---|---|", *(f"| [{each.code}](#{each.code.lower()}) | {each.title} |" for each in codes)]
    return "\n".join([_HEAD, *table, "", *map(_section, codes)])


def _section(code: Code) -> str:
    return (
        f"## {code.code}\n\n**{code.title}.** {code.why}\n\n"
        f"```python\n{code.wrong}```\n\nInstead:\n\n```python\n{code.right}```\n"
    )


if __name__ == "__main__":
    print(diagnostics_page(), end="")
