"""Which variables a JSONata expression of a definition reads, and what in it Step Functions does not have.

{% $map($call.branches, function($each) {$each.fiber}) %}      reads call

A scanner, not a parser: strings, regular expressions and comments are passed over, and a name that the expression binds
anywhere is its own everywhere.
"""

import re
from typing import Final, NamedTuple, final

# Texts, backquoted names and comments of JSONata; a regular expression can only follow what an operand cannot.
_PASSED_OVER: Final = re.compile(
    r"""
    "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | `[^`]*` | /\*.*?\*/
    | (?<=[(,=~\[{:?]) \s* /(?:\\.|[^/\\\n])+/[im]*
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME: Final = re.compile(r"\$([^\W\d]\w*)")
_BOUND: Final = re.compile(r"\$([^\W\d]\w*)\s*:=")
_PARAMETERS: Final = re.compile(r"(?:\bfunction|λ)\s*\(([^)]*)\)")
_CALLED: Final = re.compile(r"\$([^\W\d]\w*)\s*\(")
_ROOT: Final = re.compile(r"\$(?![^\W\d])")
# Functions that take another one by its name, `$map($items, $string)`, need no rule here: ours write them out.


@final
class Uses(NamedTuple):
    """``reads``: variables but for ``$states``; ``parts``: what it asks of ``$states``; ``evaluates``: it has `$eval`.

    ``root``: it reads `$` or `$$` where no predicate or function of its own gives them a meaning.
    """

    reads: frozenset[str]
    parts: frozenset[str]
    evaluates: bool
    root: bool


def code_of(text: str) -> str | None:
    """The JSONata inside ``{% %}``; None for a text that is none."""
    return text[2:-2] if text.startswith("{%") and text.endswith("%}") else None


def uses(code: str) -> Uses:
    """What an expression uses."""
    bare = _PASSED_OVER.sub(lambda found: " " if found[0].startswith("/*") else '""', code)
    own = set(_BOUND.findall(bare))
    for parameters in _PARAMETERS.findall(bare):
        own.update(_NAME.findall(parameters))
    names = set(_NAME.findall(bare))
    called = set(_CALLED.findall(bare))
    parts = frozenset(re.findall(r"\$states\.(\w+)", bare))
    return Uses(frozenset(names - own - called - {"states"}), parts, "eval" in names, _reads_root(bare))


def _reads_root(bare: str) -> bool:
    """Whether `$` or `$$` stands outside of every bracket; what stands inside one is that predicate's item."""
    depth = 0
    for at, sign in enumerate(bare):
        depth += (sign in "[{(") - (sign in "]})")
        if sign == "$" and _ROOT.match(bare, at) and (bare[at : at + 2] == "$$" or depth == 0):
            return True
    return False
