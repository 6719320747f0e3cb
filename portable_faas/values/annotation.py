"""Reading annotations: names resolved, aliases opened, type variables replaced.

class Box(Generic[T]): item: T        fields_of(Box, (int,)) == {"item": int}
"""

import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, ForwardRef, Literal, Union, get_args, get_origin

from portable_faas.values.codec import Unportable

_WRAPPERS: Final = ("Required", "NotRequired", "ReadOnly", "Final")


def is_union(tp: object) -> bool:
    """``Union[A, B]`` and ``A | B``."""
    return get_origin(tp) is Union or isinstance(tp, types.UnionType)


def opened(tp: Any) -> Any:
    """``tp`` without Annotated, Final, Required, NotRequired and NewType around it."""
    while True:
        if get_origin(tp) is Annotated or wrapper(tp) is not None:
            tp = get_args(tp)[0]
        elif isinstance(tp, typing.NewType):
            tp = tp.__supertype__
        else:
            return tp


def is_alias(tp: Any) -> bool:
    """A ``type`` alias (PEP 695), which may refer to itself."""
    tp = get_origin(tp) or tp
    return hasattr(tp, "__value__") and hasattr(tp, "__type_params__")


def unaliased(tp: Any) -> Any:
    """What a ``type`` alias stands for; ``Unportable`` if that is only itself."""
    for _ in range(100):
        tp = opened(tp)
        if not is_alias(tp):
            return tp
        alias: Any = get_origin(tp) or tp
        tp = substituted(alias.__value__, dict(zip(alias.__type_params__, get_args(tp), strict=False)))
    raise Unportable(f"{shown(tp)} refers only to itself; give it a meaning")


def wrapper(tp: Any) -> str | None:
    """Which of Required, NotRequired, ReadOnly and Final stands around ``tp``."""
    name = getattr(get_origin(tp), "_name", None)
    return name if name in _WRAPPERS else None


def substituted(tp: Any, bound: Mapping[Any, Any]) -> Any:
    """``tp`` with its type variables replaced; those that are not bound stay."""
    if not bound:
        return tp
    try:
        if tp in bound:
            return bound[tp]
    except TypeError:
        return tp  # unhashable metadata in Annotated: no type variable
    parameters = getattr(tp, "__parameters__", ())
    if parameters and get_origin(tp) is not None:
        return tp[tuple(bound.get(parameter, parameter) for parameter in parameters)]
    return tp


def resolved(cls: Any) -> dict[str, Any]:
    """The annotations of a class and its bases, as types; ``Unportable`` names what cannot be resolved."""
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except NameError:
        pass
    try:
        return typing.get_type_hints(cls, localns={cls.__name__: cls}, include_extras=True)
    except Exception as error:
        raise Unportable(f"the annotations of {cls.__qualname__} cannot be resolved: {error}") from None


def resolved_one(annotation: Any, names: Mapping[str, Any], local: Mapping[str, Any]) -> Any:
    """One annotation of a function, as a type."""
    if annotation is None:
        return type(None)
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return typing.get_type_hints(holder, dict(names), dict(local), include_extras=True)["it"]
    except Exception as error:
        raise Unportable(
            f"its annotation {shown(annotation)} cannot be resolved ({error}); define the name at module level"
        ) from None


def fields_of(cls: Any, args: tuple[Any, ...] = ()) -> dict[str, Any]:
    """The annotated attributes of a class, with the type variables of generic bases replaced by its arguments."""
    bound = dict(zip(getattr(cls, "__parameters__", ()), args, strict=False))
    inherited: dict[str, tuple[Any, Any]] = {}
    for base in reversed(cls.__dict__.get("__orig_bases__", cls.__bases__)):
        origin = get_origin(base) or base
        if isinstance(origin, type) and getattr(origin, "__annotations__", None):
            raw = resolved(origin)
            inner = tuple(substituted(arg, bound) for arg in get_args(base))
            inherited.update({name: (raw[name], tp) for name, tp in fields_of(origin, inner).items()})
    own = {} if typing.is_typeddict(cls) else cls.__annotations__
    hints = resolved(cls)
    # A TypedDict also lists its bases' keys as its own, so there an unchanged annotation is the base's.
    kept = {name for name, (raw, _) in inherited.items() if name not in own and hints.get(name) == raw}
    return {name: inherited[name][1] if name in kept else substituted(tp, bound) for name, tp in hints.items()}


def is_class_variable(tp: Any) -> bool:
    """``ClassVar[T]``: not a field."""
    return tp is ClassVar or get_origin(tp) is ClassVar


def shown(tp: Any) -> str:
    """An annotation as the user would write it, without module names."""
    if tp is type(None):
        return "None"
    if tp is Ellipsis:
        return "..."
    if isinstance(tp, str):
        return repr(tp)
    if isinstance(tp, ForwardRef):
        return repr(tp.__forward_arg__)
    origin, args = get_origin(tp), get_args(tp)
    if is_union(tp):
        return " | ".join(map(shown, args))
    if origin is Annotated:
        return shown(args[0])
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, args))}]"
    if origin is not None and args:
        return f"{shown(origin)}[{', '.join(map(shown, args))}]"
    return str(getattr(tp, "__qualname__", None) or getattr(tp, "__name__", None) or repr(tp).removeprefix("typing."))
