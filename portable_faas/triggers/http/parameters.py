"""Where each parameter of an HTTP function comes from, and how its text becomes a value.

@app.get("/orders/{id}")
def show(id: int, limit: int = 10, agent: Annotated[str, Header("user-agent")] = "")
->  id from the path, limit from the query, agent from a header
"""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args, get_origin

from portable_faas.triggers.http.request import Request, Upload
from portable_faas.values.annotation import is_alias, is_union, opened, resolved_one, shown, unaliased
from portable_faas.values.client import client_codec
from portable_faas.values.codec import Codec, Unportable, Wire

Place = Literal["path", "query", "header", "cookie", "body", "form", "request"]
WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,30})", re.ASCII)
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,300})(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class Query(NamedTuple):
    """``Annotated[T, Query("name")]``: from the query, under another name than the parameter's if one is given."""

    name: str = ""


class Header(NamedTuple):
    """``Annotated[T, Header("x-name")]``: from a header; without a name, the parameter's with hyphens."""

    name: str = ""


class Cookie(NamedTuple):
    """``Annotated[T, Cookie("name")]``: from a cookie."""

    name: str = ""


class Form(NamedTuple):
    """``Annotated[T, Form("name")]``: a field of a form; ``Upload`` needs no mark."""

    name: str = ""


class Body(NamedTuple):
    """``Annotated[T, Body()]``: the JSON body, also for a type that would be taken from the query."""


_PLACES: Final[dict[type, Place]] = {Query: "query", Header: "header", Cookie: "cookie", Form: "form", Body: "body"}


class Parameter(NamedTuple):
    """One parameter: its place, its name there, and its type.

    ``codec`` is None for a whole request, an upload and raw bytes; ``from_text`` makes a wire value of a text and is
    None where JSON comes; ``many`` takes every value of the name.
    """

    name: str
    place: Place
    alias: str
    type: Any
    codec: Codec | None
    from_text: Callable[[str], Wire] | None
    many: bool
    required: bool


def parameters(fn: Callable[..., Any], method: str, in_path: frozenset[str]) -> tuple[Parameter, ...]:
    """The parameters of ``fn``; ``TypeError`` names the one that no request can fill."""
    found = tuple(_parameters(fn, method, in_path))
    bodies = [one.name for one in found if one.place == "body"]
    forms = [one.name for one in found if one.place == "form"]
    if len(bodies) > 1 or (bodies and forms):
        names = ", ".join(bodies + forms)
        raise TypeError(f"{fn.__qualname__}(): {names}: a request has one body; put the values in a dataclass")
    if (bodies or forms) and method in WITHOUT_BODY:
        raise TypeError(
            f"{fn.__qualname__}(): {(bodies + forms)[0]} would come from a body, which {method} has not; "
            "take it from the query with Annotated[..., Query()], or use another method"
        )
    return found


def _parameters(fn: Callable[..., Any], method: str, in_path: frozenset[str]) -> Iterator[Parameter]:
    code = fn.__code__
    if code.co_flags & 0x0C or code.co_posonlyargcount:
        raise TypeError(f"{fn.__qualname__}(): name each parameter; *args, **kwargs and `/` have no place in a request")
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional = names[: code.co_argcount]
    optional = {*positional[len(positional) - len(fn.__defaults__ or ()) :], *(fn.__kwdefaults__ or ())}
    for name in names:
        try:
            yield _parameter(fn, name, method, name in in_path, name not in optional)
        except Unportable as error:
            raise TypeError(f"{fn.__qualname__}(): parameter {name}: {error}") from None


def _parameter(fn: Callable[..., Any], name: str, method: str, in_path: bool, required: bool) -> Parameter:
    written = fn.__annotations__.get(name, str if in_path else object)
    tp = resolved_one(written, fn.__globals__, free_values(fn))
    mark = _mark(tp)
    plain = opened(tp)
    if plain is Request:
        return Parameter(name, "request", "", plain, None, None, False, required)
    if in_path and mark is not None:
        raise Unportable(f"it stands in the path, so {type(mark).__name__} does not fit")
    place: Place = "path" if in_path else _PLACES[type(mark)] if mark is not None else _usual(plain, method)
    alias = getattr(mark, "name", "") or (name.replace("_", "-") if place == "header" else name)
    if place == "body":
        codec = None if plain is bytes else client_codec(tp)
        return Parameter(name, place, "", plain, codec, None, False, required)
    return _of_texts(
        Parameter(name, place, alias.lower() if place == "header" else alias, plain, None, None, False, required)
    )


def _of_texts(given: Parameter) -> Parameter:
    """Complete a parameter that is made of one text, or of several."""
    many = (get_origin(given.type) or given.type) is list and given.place in ("query", "form")
    item = opened((get_args(given.type) or (str,))[0]) if many else _without_none(given.type)
    if item is Upload:
        if given.place != "form":
            raise Unportable("an Upload is a field of a form")
        return given._replace(many=many, type=given.type if many else Upload)
    item = item if many else given.type
    codec = client_codec(item)
    return given._replace(codec=codec, from_text=_reader(codec, item), many=many)


def _without_none(tp: Any) -> Any:
    """``T`` of ``T | None``."""
    members = [member for member in get_args(tp) if member is not type(None)] if is_union(tp) else [tp]
    return members[0] if len(members) == 1 else tp


def _usual(tp: Any, method: str) -> Place:
    """Where a parameter without a mark comes from."""
    if _without_none(tp) is Upload or (get_origin(tp) is list and get_args(tp)[0] is Upload):
        return "form"
    if method in WITHOUT_BODY:
        return "query"
    return "query" if tp is not bytes and _is_scalar(tp) else "body"


def _is_scalar(tp: Any) -> bool:
    tp = opened(tp)
    if is_alias(tp):
        return _is_scalar(unaliased(tp))
    if is_union(tp):
        return all(_is_scalar(member) for member in get_args(tp))
    if tp is Any or tp is object or (get_origin(tp) or tp) in (list, dict, tuple):
        return False
    return not client_codec(tp).kinds & {"object", "array"}


def _mark(tp: Any) -> Any:
    """The mark of an annotation; ``Header`` is taken as ``Header()``."""
    for given in get_args(tp)[1:] if get_origin(tp) is Annotated else ():
        one = given() if isinstance(given, type) and given in _PLACES else given
        if type(one) in _PLACES:
            return one
    return None


def _reader(codec: Codec, tp: Any) -> Callable[[str], Wire]:
    """From a text to the wire value that the codec takes."""
    kinds = codec.kinds - {"null"}
    if codec.kinds >= {"object", "array"}:
        return _text  # anything: the text as it is
    if kinds == {"string"}:
        return _text
    if kinds == {"bool"}:
        return _bool
    if kinds == {"number"}:
        return _number
    raise Unportable(
        f"{shown(tp)} cannot be read from one text; take it from the JSON body with Annotated[..., Body()]"
    )


class NotThis(ValueError):
    """A text that is not of the form its parameter has."""


def _text(text: str) -> Wire:
    return text


def _bool(text: str) -> Wire:
    if text in ("true", "false"):
        return text == "true"
    raise NotThis("expected true or false")


def _number(text: str) -> Wire:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    raise NotThis("expected a number")


def free_values(fn: Callable[..., Any]) -> dict[str, Any]:
    """The values of the enclosing function that an annotation may name."""
    found = {}
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return found
