"""The text of a JSONata tree, with parentheses wherever precedence asks for them."""

import re
from collections.abc import Callable
from typing import Final

from portable_faas_aws.jsonata.code import (
    Binary,
    Block,
    Call,
    Code,
    Conditional,
    Function,
    Index,
    List,
    Literal,
    Path,
    Pattern,
    Range,
    Record,
    Sequence,
    Variable,
    Whole,
    call,
)

# The binding powers of JSONata's own parser; a conditional binds weaker than every operator.
_POWERS: Final = {
    "or": 25,
    "and": 30,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in"), 40),
    **dict.fromkeys(("+", "-", "&"), 50),
    **dict.fromkeys(("*", "/", "%"), 60),
}
_COMPARISON: Final = 40
_CONDITIONAL: Final = 21
_TIGHTEST: Final = 80
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_WORDS: Final = {"and", "or", "in", "true", "false", "null", "function"}
# `{%` and `%}` delimit an expression in a state machine, so neither may stand in a string.
_UNSAFE: Final = re.compile(r'["\\\x00-\x1f\x7f]|%(?=})|(?<={)%')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text(code: Code) -> str:
    """The expression as JSONata."""
    return _show(code, 0)


def quote(value: str) -> str:
    """A string literal; every character keeps its value, and none ends the literal or the expression around it."""
    return '"' + _UNSAFE.sub(lambda found: _escape(found[0]), value) + '"'


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _show(code: Code, power: int) -> str:
    return _SHOWN[code.__class__](code, power)


def _grouped(shown: str, group: bool) -> str:
    return f"({shown})" if group else shown


def _listed(codes: tuple[Code, ...]) -> str:
    return ", ".join(_show(each, 0) for each in codes)


def _literal(code: Literal, power: int) -> str:
    value = code.value
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _grouped(repr(value), value < 0 and power > 0)


def _path(code: Path, power: int) -> str:
    key = code.key
    if key in _WORDS or not _PLAIN_KEY.fullmatch(key):
        if not key or not key.isprintable() or any(each in key for each in ("`", "{%", "%}")):
            return _show(call("lookup", code.base, Literal(key)), power)
        key = f"`{key}`"
    return f"{_base(code.base, Variable | Path)}.{key}"


def _base(code: Code, bare: type | object) -> str:
    return _show(code, _TIGHTEST) if isinstance(code, bare) else f"({_show(code, 0)})"  # type: ignore[arg-type]


def _index(code: Index, _: int) -> str:
    return f"{_base(code.base, Variable)}[{_show(code.index, 0)}]"


def _call(code: Call, _: int) -> str:
    return f"${code.function}({_listed(code.arguments)})"


def _binary(code: Binary, power: int) -> str:
    own = _POWERS[code.operator]
    left = own + 1 if own == _COMPARISON else own
    return _grouped(f"{_show(code.left, left)} {code.operator} {_show(code.right, own + 1)}", own < power)


def _conditional(code: Conditional, power: int) -> str:
    test = _show(code.test, _CONDITIONAL)
    return _grouped(f"{test} ? {_show(code.then, _CONDITIONAL)} : {_show(code.otherwise, 0)}", power > 0)


def _function(code: Function, power: int) -> str:
    parameters = ", ".join(f"${name}" for name in code.parameters)
    return _grouped(f"function({parameters}){{{_show(code.body, 0)}}}", power > 0)


def _whole(code: Whole, _: int) -> str:
    # Brackets in the text are what keeps an array from being spliced; a second pair would nest it once more.
    return _show(code.value, 0) if isinstance(code.value, List | Sequence | Range) else f"[{_show(code.value, 0)}]"


def _sequence(code: Sequence, _: int) -> str:
    return f"[{_base(code.value, Call)}[]]"


def _range(code: Range, _: int) -> str:
    return f"[{_show(code.first, _CONDITIONAL)}..{_show(code.last, _CONDITIONAL)}]"


def _record(code: Record, _: int) -> str:
    return "{" + ", ".join(f"{_show(key, _CONDITIONAL)}: {_show(value, 0)}" for key, value in code.fields) + "}"


def _block(code: Block, _: int) -> str:
    bound = "".join(f"${name} := {_show(value, _CONDITIONAL)}; " for name, value in code.bindings)
    return f"({bound}{_show(code.result, 0)})"


_SHOWN: Final[dict[object, Callable[..., str]]] = {
    Literal: _literal,
    Pattern: lambda code, _: f"/{code.text}/",
    Variable: lambda code, _: f"${code.name}",
    Path: _path,
    Index: _index,
    Call: _call,
    Binary: _binary,
    Conditional: _conditional,
    Function: _function,
    List: lambda code, _: f"[{_listed(code.items)}]",
    Whole: _whole,
    Sequence: _sequence,
    Range: _range,
    Record: _record,
    Block: _block,
}
