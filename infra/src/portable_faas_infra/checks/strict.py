"""Validates what a program asks for against the SDK's own annotations: names, types and enumerations, nested ones too.

    memorySize "big"         ->   memorySize: 'big' is text where a whole number belongs
    tracingConfig.mod        ->   tracingConfig.mod: there is no such property; known are mode

A constructor of the SDK refuses an unknown or missing argument and no more; the rest would come back from the cloud.
"""

import enum
import importlib
import inspect
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, ForwardRef, NamedTuple, final

import pulumi
from pulumi import _types

from portable_faas_infra.checks.recorded import Recorded

SDKS: Final = {"aws": "pulumi_aws", "azure-native": "pulumi_azure_native"}
MODULES: Final = {"lambda": "lambda_"}  # where Python's name of a module is another
SHOWN: Final = 8  # so many known names or values are told
WORDS: Final[Mapping[type, str]] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


@final
class Property(NamedTuple):
    """A property of an object: what may stand there, and whether something must."""

    types: tuple[Any, ...]
    required: bool


def misfits(resource: Recorded) -> list[str]:
    """What is wrong with the inputs of a resource; empty for one that no SDK describes, as a dynamic resource."""
    package = resource.type.partition(":")[0]
    if package not in SDKS or not resource.custom:
        return []
    return list(_object(dict(resource.inputs), _arguments(resource.type), ""))


@cache
def _arguments(token: str) -> type:
    """The class of the arguments of a resource: `aws:sqs/queue:Queue` is `pulumi_aws.sqs.QueueArgs`."""
    package, module, name = token.split(":")
    top = module.partition("/")[0]
    loaded = getattr(importlib.import_module(SDKS[package]), MODULES.get(top, top))
    source = importlib.import_module(getattr(loaded, name).__module__)
    found: type = getattr(source, f"{name}Args")
    return found


@cache
def _properties(arguments: type) -> dict[str, Property]:
    names = _types.input_type_py_to_pulumi_names(arguments)
    space = _space(arguments)
    found = {}
    for name, parameter in inspect.signature(arguments.__init__).parameters.items():  # type: ignore[misc]
        if name not in ("self", "__self__"):
            needed = parameter.default is inspect.Parameter.empty
            found[names.get(name, name)] = Property(tuple(_flat(parameter.annotation, space)), needed)
    return found


def _space(arguments: type) -> dict[str, Any]:
    """What the annotations of a class may name."""
    module = vars(importlib.import_module(arguments.__module__))
    return {**vars(typing), "pulumi": pulumi, "Output": pulumi.Output, "T": Any, **module}


def _flat(annotation: Any, space: Mapping[str, Any]) -> Iterator[Any]:
    """The concrete types that an annotation allows: an Output of one counts as the one."""
    if isinstance(annotation, ForwardRef | str):
        text = annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else annotation
        yield from _flat(eval(text, dict(space)), space)
        return
    origin = typing.get_origin(annotation)
    if origin is typing.Union or origin is types.UnionType:
        for one in typing.get_args(annotation):
            yield from _flat(one, space)
    elif annotation is type(None) or getattr(origin, "__name__", "") in ("Awaitable", "Output"):
        return
    elif origin in (list, Sequence, dict, Mapping):
        yield origin, tuple(tuple(_flat(one, space)) for one in typing.get_args(annotation))
    elif not (inspect.isclass(annotation) and issubclass(annotation, pulumi.Output)) and not _is_typed_dict(annotation):
        yield annotation


def _is_typed_dict(annotation: Any) -> bool:
    """The SDK offers each class of arguments as a TypedDict too; the class says the same."""
    return typing.is_typeddict(annotation)


def _object(value: Mapping[str, Any], arguments: type, path: str) -> Iterator[str]:
    known = _properties(arguments)
    for name in value:
        if name not in known:
            listed = ", ".join(sorted(known)[:SHOWN])
            yield f"{_at(path, name)}: there is no such property; known are {listed}"
    for name, declared in known.items():
        if value.get(name) is not None:
            yield from _value(value[name], declared.types, _at(path, name))
        elif declared.required:
            yield f"{_at(path, name)}: is missing"


def _value(value: Any, allowed: Sequence[Any], path: str) -> Iterator[str]:
    if value is None or Any in allowed:
        return
    if isinstance(value, dict):
        yield from _mapping(value, allowed, path)
    elif isinstance(value, list):
        yield from _list(value, allowed, path)
    elif isinstance(value, pulumi.Asset | pulumi.Archive):
        if not any(inspect.isclass(one) and isinstance(value, one) for one in allowed):
            yield f"{path}: is a file where {_words(allowed)} belongs"
    else:
        yield from _plain(value, allowed, path)


def _mapping(value: dict[str, Any], allowed: Sequence[Any], path: str) -> Iterator[str]:
    objects = [list(_object(value, one, path)) for one in allowed if _is_object(one)]
    if objects:  # where one of several belongs, the one that it was meant to be
        yield from min(objects, key=len)
        return
    for one in allowed:
        if isinstance(one, tuple) and one[0] in (dict, Mapping):
            for name, item in value.items():
                yield from _value(item, one[1][1], _at(path, name))
            return
    yield f"{path}: is an object where {_words(allowed)} belongs"


def _is_object(one: Any) -> bool:
    return inspect.isclass(one) and _types.is_input_type(one)


def _list(value: list[Any], allowed: Sequence[Any], path: str) -> Iterator[str]:
    for one in allowed:
        if isinstance(one, tuple) and one[0] in (list, Sequence):
            for index, item in enumerate(value):
                yield from _value(item, one[1][0], f"{path}[{index}]")
            return
    yield f"{path}: is a list where {_words(allowed)} belongs"


def _plain(value: Any, allowed: Sequence[Any], path: str) -> Iterator[str]:
    words = [member.value for one in allowed if _is_enumeration(one) for member in one]
    if words and isinstance(value, str):
        # Where the SDK allows any text beside an enumeration, the enumeration is still what the service takes.
        if value not in words:
            yield f"{path}: {value!r} is none of {', '.join(map(str, words[:SHOWN]))}"
    elif not any(_is_a(value, one) for one in allowed):
        kind = next((word for kind, word in WORDS.items() if type(value) is kind), type(value).__name__)
        yield f"{path}: {value!r} is {kind} where {_words(allowed)} belongs"


def _is_enumeration(one: Any) -> bool:
    return inspect.isclass(one) and issubclass(one, enum.Enum)


def _is_a(value: Any, one: Any) -> bool:
    if one is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is one


def _words(allowed: Sequence[Any]) -> str:
    found = [WORDS.get(one, "") if not isinstance(one, tuple) else "a list or an object" for one in allowed]
    return " or ".join(dict.fromkeys(word for word in found if word)) or "an object"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
