"""Finds the endpoint of a request: fixed paths at once, templates by their number of parts, fixed parts first.

GET /orders/7   ->   (endpoint of GET /orders/{id}, ["7"])
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from portable_faas.triggers.function import Function
from portable_faas.triggers.http.parameters import Parameter, parameters
from portable_faas.triggers.http.result import Result, result
from portable_faas.triggers.http.template import Template
from portable_faas.triggers.trigger import Route

ORDER: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Endpoint(NamedTuple):
    """A function that answers, with all that can be known of it before a request comes."""

    function: Function[..., Any]
    route: Route
    template: Template
    parameters: tuple[Parameter, ...]
    result: Result


Endpoints = dict[str, Endpoint]  # by method


class Router:
    """The endpoints of an app."""

    def __init__(self, functions: Iterable[Function[..., Any]]) -> None:
        self._by_shape: dict[tuple[str, ...], Endpoints] = {}
        for function in functions:
            if isinstance(function.trigger, Route):
                self._add(endpoint(function, function.trigger))
        # A fixed part sorts before a name, so /orders/new comes before /orders/{id}.
        shapes = sorted(self._by_shape, key=lambda shape: [(part == "{}", part) for part in shape])
        self._named: dict[int, list[tuple[str, ...]]] = {}
        for shape in shapes:
            if "{}" in shape:
                self._named.setdefault(len(shape), []).append(shape)

    def _add(self, found: Endpoint) -> None:
        self._by_shape.setdefault(found.template.shape, {})[found.route.method] = found

    def __iter__(self) -> Iterator[Endpoint]:
        """The endpoints in the order of their declaration."""
        return (each for endpoints in self._by_shape.values() for each in endpoints.values())

    def find(self, segments: Sequence[str]) -> tuple[Endpoints, Sequence[str]] | None:
        """The endpoints of a path, and the values of its names; None if nothing is there."""
        fixed = self._by_shape.get(tuple(segments))
        if fixed is not None and "{}" not in segments:
            return fixed, ()
        for shape in self._named.get(len(segments), ()):
            endpoints = self._by_shape[shape]
            values = next(iter(endpoints.values())).template.match(segments)
            if values is not None:
                return endpoints, values
        return None


def endpoint(function: Function[..., Any], route: Route) -> Endpoint:
    """Read a function's annotations; ``TypeError`` names what no request can fill or no answer can carry."""
    template = Template(route.path)
    given = parameters(function.fn, route.method, frozenset(template.names))
    return Endpoint(function, route, template, given, result(function.fn))


def values_for(found: Endpoint, values: Sequence[str]) -> Mapping[str, str]:
    """The values of a path under the names that this method's template gives them."""
    return dict(zip(found.template.names, values, strict=True))


def methods(endpoints: Endpoints) -> tuple[str, ...]:
    """The methods of a path in a fixed order; HEAD comes with GET."""
    own = {*endpoints, *(("HEAD",) if "GET" in endpoints else ())}
    return tuple(method for method in ORDER if method in own)
