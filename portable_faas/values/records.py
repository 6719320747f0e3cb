"""Dataclasses, NamedTuples and TypedDicts: an object of the declared fields.

    @dataclass
    class Line:                         Line("pen", 2) <-> {"item": "pen", "count": 2}
        item: str
        count: int = 1

On the way in a field with a default may be missing, an unknown one is refused.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, NamedTuple, get_origin

from portable_faas.values.annotation import fields_of, is_class_variable, shown, wrapper
from portable_faas.values.codec import Codec, Refused, Unportable, key_segment
from portable_faas.values.problem import mismatch

Compile = Callable[[Any], Codec]
Build = Callable[[dict[str, Any]], Any]


class Plan(NamedTuple):
    """A record before its fields are compiled: their types, which must be there, and how to build one."""

    cls: Any
    name: str
    fields: Mapping[str, Any]
    required: frozenset[str]
    build: Build


def dot(name: str) -> str:
    """The path segment of a field: ``.name``."""
    return f".{name}"


def compiled_fields(plan: Plan, compile_one: Compile, codec: Codec) -> dict[str, Codec]:
    """The codecs of the fields; a problem says which field of which class has it."""
    fields = {}
    for name, tp in plan.fields.items():
        try:
            fields[name] = compile_one(tp)
        except Unportable as error:
            raise Unportable(f"field {name} of {plan.name}: {error}") from None
    codec.open = codec.open or any(field.open for field in fields.values())
    return fields


def object_encoder(plan: Plan, fields: Mapping[str, Codec]) -> Callable[[Any], Any]:
    """Encode an instance of exactly ``plan.cls``, attribute by attribute."""
    cls, name = plan.cls, plan.name
    encoders = tuple((field, codec.encode) for field, codec in fields.items())

    def encode(value: Any) -> dict[str, Any]:
        if type(value) is not cls:
            raise wrong_class(value, cls, name)
        out: dict[str, Any] = {}
        try:
            for field, convert in encoders:
                out[field] = convert(getattr(value, field))
        except Refused as refused:
            refused.segments.append(dot(field))
            raise
        except AttributeError:
            raise _unset(value, field, name) from None
        return out

    return encode


def _unset(value: object, field: str, name: str) -> Exception:
    refused = Refused(f"the field has no value; set it before this {name} crosses")
    refused.segments.append(dot(field))
    return refused


def wrong_class(value: object, cls: type, name: str) -> Refused:
    """The refusal of what is not exactly ``cls``."""
    if isinstance(value, cls):
        sub = type(value).__qualname__
        return Refused(
            f"{sub}, a subclass, may not cross as {name}, since what it adds would be lost; "
            f"declare {sub}, or a union of classes with a Literal tag field"
        )
    return mismatch(value, name)


def object_decoder(
    plan: Plan, fields: Mapping[str, Codec], segment: Callable[[str], str] = dot
) -> Callable[[Any], Any]:
    """Decode an object with these fields and build the record."""
    name, build, required, count = plan.name, plan.build, plan.required, len(fields)
    decoders = {field: codec.decode for field, codec in fields.items()}

    def decode(wire: Any) -> Any:
        if type(wire) is not dict:
            raise mismatch(wire, name)
        values: dict[str, Any] = {}
        try:
            for field, item in wire.items():
                convert = decoders.get(field)
                if convert is None:
                    raise _unknown(field, name, decoders)
                values[field] = convert(item)
        except Refused as refused:
            refused.segments.append(segment(field))
            raise
        if len(values) != count and not required <= values.keys():
            raise _missing(required - values.keys(), plan, segment)
        return build(values)

    return decode


def _unknown(field: object, name: str, known: Mapping[str, object]) -> Refused:
    return Refused(f"{name} has no such field; use {', '.join(known) or 'an empty object'}")


def _missing(names: frozenset[str], plan: Plan, segment: Callable[[str], str]) -> Refused:
    first = next(name for name in plan.fields if name in names)
    refused = Refused(f"the field is missing; {plan.name} needs it")
    refused.segments.append(segment(first))
    return refused


def guarded(cls: Any, make: Build) -> Build:
    """``make``, with an error of the user's own code told as a refusal of the value."""

    def build(values: dict[str, Any]) -> Any:
        try:
            return make(values)
        except Exception as error:
            problem = f"{cls.__qualname__} refused its fields with {type(error).__qualname__}: {error}"
            raise Refused(f"{problem}; pass values that it accepts") from error

    return build


def record(plan: Plan, compile_one: Compile, codec: Codec) -> Codec:
    """Complete the codec of a dataclass or NamedTuple."""
    fields = compiled_fields(plan, compile_one, codec)
    return codec.using(object_encoder(plan, fields), object_decoder(plan, fields))


# -- NamedTuple


def named_tuple(cls: Any, args: tuple[Any, ...], name: str) -> Plan:
    """The plan of a NamedTuple class; a field without an annotation is a plain value."""
    hints = fields_of(cls, args)
    fields = {field: hints.get(field, Any) for field in cls._fields}
    defaults = dict(cls._field_defaults)

    def build(values: dict[str, Any]) -> Any:
        return cls._make([values[field] if field in values else defaults[field] for field in fields])

    return Plan(cls, name, fields, frozenset(fields) - defaults.keys(), build)


# -- dataclass


def dataclass(cls: Any, args: tuple[Any, ...], name: str) -> Plan:
    """The plan of a dataclass; ``__post_init__`` runs, and what crossed wins over what it sets."""
    import dataclasses

    if "__dataclass_fields__" not in cls.__dict__ and cls.__annotations__:
        raise Unportable(f"{name} adds fields to a dataclass but is none; decorate it with @dataclass")
    declared = dataclasses.fields(cls)
    _check_init_variables(cls, name, dataclasses)
    hints = {field: tp for field, tp in fields_of(cls, args).items() if not is_class_variable(tp)}
    fields = {field.name: hints[field.name] for field in declared}
    missing = dataclasses.MISSING
    required = frozenset(
        field.name
        for field in declared
        if field.default is missing
        and field.default_factory is missing
        and (field.init or not (_runs_code(cls) and _has_own_init(cls)))
    )
    arguments = frozenset(field.name for field in declared if field.init)
    return Plan(cls, name, fields, required, _builder(cls, declared, arguments))


def _check_init_variables(cls: Any, name: str, dataclasses: Any) -> None:
    for field in cls.__dataclass_fields__.values():
        if field._field_type is dataclasses._FIELD_INITVAR and field.default is dataclasses.MISSING:
            raise Unportable(
                f"{name} needs the InitVar {field.name} to be rebuilt, which it does not keep; "
                "give it a default or make it a field"
            )


def _runs_code(cls: Any) -> bool:
    return hasattr(cls, "__post_init__")


def _builder(cls: Any, declared: tuple[Any, ...], arguments: frozenset[str]) -> Build:
    if not _has_own_init(cls):
        return _bare_builder(cls, declared)
    if not _runs_code(cls) and len(arguments) == len(declared):
        return (lambda values: cls(**values)) if _is_generated(cls.__init__) else guarded(cls, lambda v: cls(**v))

    def build(values: dict[str, Any]) -> Any:
        made = cls(**{name: value for name, value in values.items() if name in arguments})
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made

    return guarded(cls, build)


def _has_own_init(cls: Any) -> bool:
    """Whether the constructor takes the fields: dataclass wrote it, or pydantic's dataclass did."""
    return _is_generated(cls.__init__) or "__pydantic_validator__" in cls.__dict__


def _is_generated(function: object) -> bool:
    return isinstance(function, FunctionType) and function.__code__.co_filename == "<string>"


def _bare_builder(cls: Any, declared: tuple[Any, ...]) -> Build:
    import dataclasses

    missing: Final = dataclasses.MISSING

    def build(values: dict[str, Any]) -> Any:
        made = object.__new__(cls)
        for field in declared:
            if field.name in values:
                value = values[field.name]
            elif field.default is not missing:
                value = field.default
            else:
                value = field.default_factory()
            object.__setattr__(made, field.name, value)
        return made

    return guarded(cls, build)


# -- TypedDict


def typed_dict(cls: Any, args: tuple[Any, ...], name: str) -> Plan:
    """The plan of a TypedDict; its values are dicts, so paths show keys."""
    fields = fields_of(cls, args)
    required = set(cls.__required_keys__)
    for field, tp in fields.items():
        # With postponed annotations the class itself does not know; the resolved annotation does.
        if wrapper(tp) == "Required":
            required.add(field)
        elif wrapper(tp) == "NotRequired":
            required.discard(field)
    return Plan(dict, name, fields, frozenset(required), lambda values: values)


def typed_record(plan: Plan, compile_one: Compile, codec: Codec) -> Codec:
    """Complete the codec of a TypedDict; both directions check the same keys."""
    fields = compiled_fields(plan, compile_one, codec)
    inverse = {field: _swapped(child) for field, child in fields.items()}
    return codec.using(object_decoder(plan, inverse, key_segment), object_decoder(plan, fields, key_segment))


def _swapped(codec: Codec) -> Codec:
    return Codec(codec.name, codec.kinds, codec.types).using(codec.decode, codec.encode)


def display(cls: Any, args: tuple[Any, ...]) -> str:
    """``Box[int]``."""
    name = str(getattr(get_origin(cls) or cls, "__qualname__", cls))
    return f"{name}[{', '.join(map(shown, args))}]" if args else name
