"""Pydantic v2 models, known by their shape: pydantic itself is never imported here.

    class Order(BaseModel):              Order(id=7) <-> {"orderId": 7}
        id: int = Field(alias="orderId")

Fields cross by our own codec, because pydantic writes NaN as null; then the model validates what it gets.
"""

from collections.abc import Callable
from typing import Any

from portable_faas.values.codec import Codec, Refused, Unportable
from portable_faas.values.plain import ANYTHING
from portable_faas.values.problem import mismatch
from portable_faas.values.records import Compile, Plan, compiled_fields, dot, guarded, object_decoder, wrong_class


def is_model(cls: Any) -> bool:
    """Whether a class has the shape of a pydantic v2 model."""
    return isinstance(cls, type) and hasattr(cls, "model_fields") and hasattr(cls, "model_validate")


def model(cls: Any, name: str) -> Plan:
    """The plan of a model; its wire keys are the names that the model is validated by."""
    if not getattr(cls, "__pydantic_complete__", True):
        cls.model_rebuild(raise_errors=False)
    keys = {_key(field, info, name): info for field, info in cls.model_fields.items()}
    fields = {key: info.annotation for key, info in keys.items()}
    required = frozenset(key for key, info in keys.items() if info.is_required())
    return Plan(cls, name, fields, required, guarded(cls, cls.model_validate))


def is_root(cls: Any) -> bool:
    """A RootModel crosses as its one value, without an object around it."""
    return bool(getattr(cls, "__pydantic_root_model__", False))


def _key(field: str, info: Any, name: str) -> str:
    alias = info.validation_alias or info.alias
    for choice in getattr(alias, "choices", [alias]):
        if choice is None or isinstance(choice, str):
            return choice or field
    raise Unportable(f"field {field} of {name} has only an AliasPath; give it a plain alias")


def model_record(plan: Plan, compile_one: Compile, codec: Codec) -> Codec:
    """Complete the codec of a model."""
    fields = compiled_fields(plan, compile_one, codec)
    if is_root(plan.cls):
        return _root(plan, fields, codec)
    extra = plan.cls.model_config.get("extra") == "allow"
    codec.open = codec.open or extra
    encode = _encoder(plan, fields, extra)
    return codec.using(encode, _decoder_with_extra(plan, fields) if extra else object_decoder(plan, fields))


def _encoder(plan: Plan, fields: dict[str, Codec], extra: bool) -> Callable[[Any], Any]:
    cls, name = plan.cls, plan.name
    attributes = tuple(
        (field, key, codec.encode) for field, (key, codec) in zip(cls.model_fields, fields.items(), strict=True)
    )

    def encode(value: Any) -> dict[str, Any]:
        if type(value) is not cls:
            raise wrong_class(value, cls, name)
        out: dict[str, Any] = {}
        try:
            for field, key, convert in attributes:
                out[key] = convert(getattr(value, field))
            if extra:
                for field, item in (value.model_extra or {}).items():
                    out[field] = ANYTHING.encode(item)
        except Refused as refused:
            refused.segments.append(dot(field))
            raise
        return out

    return encode


def _decoder_with_extra(plan: Plan, fields: dict[str, Codec]) -> Callable[[Any], Any]:
    def decode(wire: Any) -> Any:
        if type(wire) is not dict:
            raise mismatch(wire, plan.name)
        known = fields | {key: ANYTHING for key in wire if key not in fields}
        return object_decoder(plan, known)(wire)

    return decode


def _root(plan: Plan, fields: dict[str, Codec], codec: Codec) -> Codec:
    (inner,) = fields.values()
    cls, name, encode_root, decode_root, build = plan.cls, plan.name, inner.encode, inner.decode, plan.build
    codec.kinds = inner.kinds

    def encode(value: Any) -> Any:
        if type(value) is not cls:
            raise wrong_class(value, cls, name)
        return encode_root(value.root)

    return codec.using(encode, lambda wire: build(decode_root(wire)))
