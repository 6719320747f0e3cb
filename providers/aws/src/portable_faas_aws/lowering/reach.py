"""The awaits that the Lambda of a Task may come to, besides the one that it is there for.

await ask(expense)                           ask: the wait, which its Lambda begins
await ctx.wait_for_event("decision")         approve: its own steps may come to everything
await pay(expense)                           pay: nothing, since what comes after it only returns
"""

from collections.abc import Iterator, Mapping
from typing import Any, final

from portable_faas.ir import ActivityShape, Await, Program, Shape
from portable_faas_aws.lowering.sites import Exits, Scope, Site


@final
class Reach:
    """That of the Tasks of one program, told by their payloads."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._shorts = program.shorts()
        self._scopes: dict[str, tuple[Scope, list[Site]]] = {}

    def awaits(self, payload: Mapping[str, Any]) -> Iterator[Shape]:
        """What a step with this payload may await; branches are not in it, but for their group."""
        scope, sites = self._scope(payload["scope"])
        for exits in self._ways(scope, sites, payload):
            ends = (scope.block(key, at).end for key, at in exits.blocks)
            yield from (shape for end in ends if isinstance(end, Await) for shape in end.shapes)

    def comes_from(self, payload: Mapping[str, Any]) -> Iterator[Shape]:
        """What a step with this payload may go on from, if it is given an outcome."""
        if "outcome" in payload:
            scope, sites = self._scope(payload["scope"])
            yield from (site.shape for site in self._before(scope, sites, payload))

    def _ways(self, scope: Scope, sites: list[Site], payload: Mapping[str, Any]) -> Iterator[Exits]:
        if "begin" in payload or "branch" in payload:
            yield scope.begin()
        if "outcome" in payload or "failed" in payload:
            for site in self._before(scope, sites, payload):
                yield scope.recover(site)
                # What comes after an activity runs in its own Lambda, unless that died or was not to go on.
                again = payload.get("once") or payload.get("suspendable")
                if again or not isinstance(site.shape, ActivityShape):
                    yield scope.after(site)
        if payload.get("site"):
            yield scope.after(scope.sites[payload["site"]])
            yield scope.recover(scope.sites[payload["site"]])

    def _before(self, scope: Scope, sites: list[Site], payload: Mapping[str, Any]) -> list[Site]:
        """The sites whose outcome it may be: those from which the program comes to its activity, if it has one."""
        to = payload.get("site")
        ways = {site.label: scope.following(site) for site in sites}
        return [site for site in sites if to is None or to in ways[site.label]]

    def _scope(self, root: str) -> tuple[Scope, list[Site]]:
        if root not in self._scopes:
            scope = Scope(self._program, root, self._shorts)
            self._scopes[root] = (scope, scope.every())
        return self._scopes[root]
