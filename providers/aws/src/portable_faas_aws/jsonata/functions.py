"""The names of JSONata's functions: what may be called, and what no variable may be named."""

from typing import Final

# docs.jsonata.org at 2.0.6.
_BUILTIN: Final = frozenset(
    [
        "abs",
        "append",
        "assert",
        "average",
        "base64decode",
        "base64encode",
        "boolean",
        "ceil",
        "clone",
        "contains",
        "count",
        "decodeUrl",
        "decodeUrlComponent",
        "distinct",
        "each",
        "encodeUrl",
        "encodeUrlComponent",
        "error",
        "eval",
        "exists",
        "filter",
        "floor",
        "formatBase",
        "formatInteger",
        "formatNumber",
        "fromMillis",
        "join",
        "keys",
        "length",
        "lookup",
        "lowercase",
        "map",
        "match",
        "max",
        "merge",
        "millis",
        "min",
        "not",
        "now",
        "number",
        "pad",
        "parseInteger",
        "power",
        "random",
        "reduce",
        "replace",
        "reverse",
        "round",
        "shuffle",
        "sift",
        "single",
        "sort",
        "split",
        "spread",
        "sqrt",
        "string",
        "substring",
        "substringAfter",
        "substringBefore",
        "sum",
        "toMillis",
        "trim",
        "type",
        "uppercase",
        "zip",
    ]
)

# Documented by AWS Step Functions, which adds these and has a variable of its own.
_OF_STEP_FUNCTIONS: Final = frozenset(["partition", "range", "hash", "uuid", "parse", "states"])

FUNCTIONS: Final = _BUILTIN | _OF_STEP_FUNCTIONS
"""Names that would hide something if a variable had them."""

CALLED: Final = _BUILTIN - {"eval", "random", "shuffle", "now", "millis"}
"""What an expression may call: pure, and in every evaluator. Step Functions has no `$eval`."""
