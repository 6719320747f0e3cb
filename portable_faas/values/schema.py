"""From an annotation to JSON Schema (draft 2020-12, which OpenAPI 3.1 uses).

    list[Order]  ->  {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}

Records are named once, in ``definitions``; the schema says what our decoder takes, no less and no more.
"""

import typing
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from portable_faas.values import models, records
from portable_faas.values.annotation import is_alias, is_union, opened, unaliased
from portable_faas.values.choices import literal_wires
from portable_faas.values.compiled import compiled
from portable_faas.values.problem import MAX_INT, is_from

Schema = dict[str, Any]
REFERENCE: Final = "#/components/schemas/"
_INTEGER: Final[Schema] = {"type": "integer", "minimum": -MAX_INT, "maximum": MAX_INT}
_SCALARS: Final[dict[Any, Schema]] = {
    type(None): {"type": "null"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    int: _INTEGER,
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    timedelta: {**_INTEGER, "description": "microseconds"},
    bytes: {"type": "string", "contentEncoding": "base64"},
}


class Schemas:
    """Schemas that share their definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._names: dict[Any, str] = {}

    def of(self, tp: Any) -> Schema:
        """The schema of a portable annotation."""
        tp = opened(type(None) if tp is None else tp)
        if is_alias(tp):
            return self.of(unaliased(tp))
        if tp is Any or tp is object:
            return {}
        if tp in _SCALARS:
            return dict(_SCALARS[tp])
        if is_union(tp):
            return {"anyOf": [self.of(member) for member in get_args(tp)]}
        if get_origin(tp) is Literal:
            return {"enum": list(literal_wires(get_args(tp)))}
        return self._container(tp) or self._named(tp)

    def _container(self, tp: Any) -> Schema | None:
        origin, args = get_origin(tp) or tp, get_args(tp)
        if origin is list:
            return {"type": "array", "items": self.of(args[0]) if args else {}}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1]) if args else {}}
        if origin is not tuple:
            return None
        if len(args) == 2 and args[1] is Ellipsis:
            return {"type": "array", "items": self.of(args[0])}
        if not args and tp is tuple:
            return {"type": "array"}
        size = len(args)
        items = {"prefixItems": [self.of(arg) for arg in args]} if args else {}
        return {"type": "array", **items, "minItems": size, "maxItems": size}

    def _named(self, tp: Any) -> Schema:
        if is_from(tp, "decimal", "Decimal"):
            return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(E[+-][0-9]+)?$"}
        if is_from(tp, "uuid", "UUID"):
            return {"type": "string", "format": "uuid"}
        cls = get_origin(tp) or tp
        if isinstance(cls, type) and issubclass(cls, Enum):
            return {"enum": [compiled(cls).encode(member) for member in cls]}
        if tp not in self._names:
            self._record(tp, cls)
        return {"$ref": REFERENCE + self._names[tp]}

    def _record(self, tp: Any, cls: Any) -> None:
        plan = _plan(cls)(cls, get_args(tp), records.display(cls, get_args(tp)))
        name = self._names[tp] = self._free(plan.name)
        self.definitions[name] = {}
        if models.is_model(cls) and models.is_root(cls):
            self.definitions[name] = self.of(plan.fields["root"])
            return
        extra = models.is_model(cls) and cls.model_config.get("extra") == "allow"
        self.definitions[name] = {
            "type": "object",
            "properties": {field: self.of(kind) for field, kind in plan.fields.items()},
            **({"required": [field for field in plan.fields if field in plan.required]} if plan.required else {}),
            "additionalProperties": extra,
        }

    def _free(self, name: str) -> str:
        plain = "".join(character if character.isalnum() else "_" for character in name).strip("_")
        number, chosen = 1, plain
        while chosen in self.definitions:
            number += 1
            chosen = f"{plain}{number}"
        return chosen


def _plan(cls: Any) -> Callable[[Any, Any, str], records.Plan]:
    if typing.is_typeddict(cls):
        return records.typed_dict
    if issubclass(cls, tuple):
        return records.named_tuple
    if models.is_model(cls):
        return lambda cls, _args, name: models.model(cls, name)
    return records.dataclass
