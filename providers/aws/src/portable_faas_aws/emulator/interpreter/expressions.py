"""Patch: ``{% ... %}`` is evaluated by jsonata-python, with the variables in a frame of their own.

moto 5.2.5 has no evaluator of its own: it expects one from a Java bridge that it does not ship, and it pastes the
variables as text in front of the expression, which breaks at the first quote. Here each expression is compiled once,
and gets the values it names. The functions that Step Functions adds, and the one it takes away, are those of
docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
"""

import copy
import hashlib
import json
import math
import random
import re
import uuid
from functools import lru_cache
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.common.string import string_expression

from portable_faas_aws.emulator.interpreter.failures import QUERY, failure
from portable_faas_aws.emulator.interpreter.jsonata_library import Jsonata, Utils
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.timestamps import to_text

NAMES: Final = re.compile(r"\$([A-Za-z_]\w*)")
PARTS: Final = re.compile(r"\$states\b(?:\s*\.\s*(\w+))?")
HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
MAX_RANGE: Final = 1000


class Unusable(ValueError):
    """An expression gave something that is not JSON."""


def install(patching: Patching, session: Session) -> None:
    """Replace the one place through which every expression goes."""

    def eval_body(self: Any, env: Any) -> None:
        store = env.variable_store
        variables = {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}
        try:
            value = evaluate(self.expression, variables, session.clock.now())
        except Exception as error:
            raise failure(env, QUERY, f"The JSONata expression '{self.expression}' failed: {error}") from error
        env.stack.append(value)

    patching.replace(string_expression.StringJSONata, "_eval_body", eval_body)


def evaluate(expression: str, variables: dict[str, Any], now: int) -> Any:
    """The JSON value of an expression at ``now`` (ms). Raises what the evaluation raises, or Unusable."""
    compiled, names, parts = _compiled(expression)
    frame = {name: _to_jsonata(variables[name]) for name in names if name in variables and name != "states"}
    if "states" in names:
        states = variables.get("states", {})
        frame["states"] = {k: _to_jsonata(v) for k, v in states.items() if parts is None or k in parts}
    own = copy.copy(
        compiled
    )  # an evaluation keeps state in its object, and several threads may evaluate one expression
    Jsonata.CURRENT.jsonata = own
    functions = {name: function for name, function in _functions(now).items() if name in names}
    result = own.evaluate(None, {**functions, **frame})
    if result is None:
        raise Unusable("it returned nothing (undefined)")
    return _from_jsonata(result)


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> tuple[Any, frozenset[str], frozenset[str] | None]:
    """The compiled expression, the names it may read, and which parts of ``$states`` (None: any)."""
    compiled = Jsonata(expression)
    compiled.set_validate_input(False)
    compiled.set_output_convert_nulls(False)
    parts = frozenset(PARTS.findall(expression))
    return compiled, frozenset(NAMES.findall(expression)), None if "" in parts else parts


def _to_jsonata(value: Any) -> Any:
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _to_jsonata(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_jsonata(item) for item in value]
    if isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _from_jsonata(value: Any) -> Any:
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {key: _from_jsonata(item) for key, item in value.items()}
    if isinstance(value, list | tuple | range):
        return [_from_jsonata(item) for item in value]
    raise Unusable(f"it returned a {type(value).__name__}, which is no JSON value")


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise Unusable("it returned a number out of range")
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _functions(now: int) -> dict[str, Any]:
    made = {
        "partition": _partition,
        "range": _range,
        "hash": _hash,
        "random": lambda seed=None: random.random() if seed is None else random.Random(seed).random(),
        "uuid": lambda: str(uuid.uuid4()),
        "parse": lambda text: _to_jsonata(json.loads(text)),
        "eval": _no_eval,
        "millis": lambda: now,
        "now": lambda *picture: _now(now, *picture),
    }
    return {name: Jsonata.JLambda(function) for name, function in made.items()}


def _now(now: int, picture: str | None = None, timezone: str | None = None) -> Any:
    if picture is None and timezone is None:
        return to_text(now)
    return Jsonata("$fromMillis($m, $p, $z)").evaluate(None, {"m": now, "p": picture, "z": timezone})


def _partition(items: Any = None, size: Any = None) -> Any:
    if items is None:
        return None
    if size is None or size < 1:
        raise ValueError("$partition: the size of a part must be a positive number")
    values, step = items if isinstance(items, list) else [items], math.trunc(size)
    return [list(values[start : start + step]) for start in range(0, len(values), step)]


def _range(first: Any, last: Any, step: Any) -> list[Any]:
    if step == 0:
        raise ValueError("$range: the step must not be 0")
    values, value = [], first
    while value <= last if step > 0 else value >= last:
        values.append(value)
        value += step
        if len(values) > MAX_RANGE:
            raise ValueError(f"$range: more than {MAX_RANGE} values")
    return values


def _hash(data: Any, algorithm: str) -> str:
    if algorithm not in HASHES:
        raise ValueError(f"$hash: no algorithm {algorithm!r}")
    text = data if isinstance(data, str) else json.dumps(_from_jsonata(data), separators=(",", ":"))
    return hashlib.new(HASHES[algorithm], text.encode()).hexdigest()


def _no_eval(*_args: Any) -> Any:
    raise ValueError("$eval is not supported by Step Functions; use $parse")
