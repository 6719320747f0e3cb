"""What is wrong with an expression before it is deployed: syntax, unknown names, what only some evaluators have.

`$eval("1")` -> "$eval is not a function that every evaluator has". Needs the extra `build`.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from portable_faas_aws.jsonata.functions import CALLED
from portable_faas_aws.jsonata.port import JException, Jsonata, Tokenizer

_TYPES: Final = frozenset(
    [
        "binary",
        "bind",
        "block",
        "condition",
        "filter",
        "function",
        "lambda",
        "name",
        "number",
        "path",
        "regex",
        "string",
        "unary",
        "value",
        "variable",
    ]
)
_NEWER: Final = {"?:": "2.1", "??": "2.1"}
_OPERANDS: Final = frozenset(("name", "number", "regex", "string", "value", "variable"))


def problems(text: str, variables: Collection[str]) -> list[str]:
    """What is wrong with an expression that may read these variables; nothing for a good one."""
    try:
        tree = Jsonata(text).ast
    except JException as error:
        return [f"it is not JSONata: {error}"]
    return [*_newer(text), *_walk(tree, frozenset(variables))]


def _newer(text: str) -> Iterator[str]:
    """Operators that JSONata got after 2.0.6; the parser has replaced them, so the tokens are asked."""
    tokens, after_operand = Tokenizer(text), False
    while (token := tokens.next(after_operand)) is not None:
        if token.type == "operator" and token.value in _NEWER:
            yield f"the operator {token.value} is of JSONata {_NEWER[token.value]}, Step Functions has 2.0.6"
        after_operand = token.type in _OPERANDS or token.value in (")", "]", "}")


def _walk(node: Any, known: frozenset[str]) -> Iterator[str]:
    if node.type not in _TYPES:
        yield f"{node.type} is not among what the lowering writes"
    elif node.type == "variable":
        yield from _variable(node, known)
        yield from _inside(node, known)
    elif node.type == "function":
        yield from _called(node)
        for each in node.arguments:
            yield from _walk(each, known)
    elif node.type == "lambda":
        yield from _walk(node.body, known | {each.value for each in node.arguments})
    elif node.type == "block":
        for each in node.expressions:
            yield from _walk(each.rhs if each.type == "bind" else each, known)
            known = known | {each.lhs.value} if each.type == "bind" else known
    elif node.type == "path" and node.steps[0].type == "name":
        yield f"{node.steps[0].value} is read from the context, which holds nothing"
    else:
        yield from _inside(node, known)


def _variable(node: Any, known: frozenset[str]) -> Iterator[str]:
    if node.value in ("", "$"):
        yield "the context $ is used, which holds nothing"
    elif node.value not in known:
        yield f"${node.value} is not a known variable"


def _called(node: Any) -> Iterator[str]:
    function = node.procedure
    name = function.value if function.type == "variable" else None
    if name not in CALLED:
        yield f"${name} is not a function that every evaluator has" if name else "a computed function is called"


def _inside(node: Any, known: frozenset[str]) -> Iterator[str]:
    pending = [value for key, value in vars(node).items() if key != "_outer_instance"]
    while pending:
        each = pending.pop()
        if isinstance(each, list | tuple):
            pending.extend(each)
        elif hasattr(each, "_outer_instance"):
            yield from _walk(each, known)
