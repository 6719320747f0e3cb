"""Steps that need no Lambda at all: their Python only moves what is there already.

    async def main(ctx, order: Order) -> list[str]:         Map over the list in the execution's input, and its results
        return await ctx.map(ship, order.lines)             joined into the text of the output

What is moved keeps its wire form (`compiler.wired` says so), and is joined or picked as a whole; no order or text is
looked into, so nothing rests on how an evaluator of JSONata treats them. Of numbers only whole ones are added, and only
as far as a double is exact.
"""

from typing import Final

from portable_faas.ir import ActivityShape, Await, GatherShape, Goto, HelperShape, Mapped, Return
from portable_faas_aws.lowering.asl import State, expression
from portable_faas_aws.lowering.sites import Scope, Site
from portable_faas_aws.runtime.calls import HELPERS, MOST
from portable_faas_aws.runtime.ends import RETURN

INPUT: Final = "$states.context.Execution.Input.input"
_WIRES: Final = "[$states.result.wire]"
# Results that lie in S3 are joined by whoever reads the output.
JOINED: Final = f'$exists($states.result.wire.`$pf`) ? {{"$pf": ["list", {_WIRES}]}} : "[" & $join({_WIRES}, ",") & "]"'
_LARGEST: Final = 2**53 - 1  # portable ints are no larger, and a double holds them exactly
# Exact however the numbers are added: no part of the sum is larger than the sum of the absolute values. Where that is
# beyond what a double holds exactly, whoever reads the output adds.
SUMMED: Final = (
    f"($texts := {_WIRES}; $numbers := [$map($texts, function($text) {{$number($text)}})]; "
    f"$sum([$map($numbers, function($number) {{$abs($number)}})]) <= {_LARGEST} "
    f'? $formatNumber($sum($numbers), "0") : {{"$pf": ["sum", [$texts]]}})'
)
# What `$error` fails with: where the input lies in S3 and is no text to be parsed, or the list in it has no items.
LARGE: Final = "States.QueryEvaluationError"
NOTHING: Final = "the list is empty"
LONGEST: Final = 30_000  # characters of an input that may stand beside the outcomes of branches


def mapped_at_once(scope: Scope) -> tuple[Site, Mapped] | None:
    """The gather that an orchestrator begins with, if its calls can be taken from the input as they are."""
    at = _straight(scope, scope.root, 0)
    end = scope.block(scope.root, at).end
    exits = scope.begin()
    if not isinstance(end, Await) or end.mapped is None or len(exits.normal) != 1 or exits.normal[0] == RETURN:
        return None
    site = scope.sites[exits.normal[0]]
    return (site, end.mapped) if _only_call(site) == end.mapped.callee else None


def returned_at_once(scope: Scope, site: Site) -> str | None:
    """The expression of what is returned after a gather, if nothing else happens: its results, or their sum."""
    if len(site.frames) != 1:
        return None
    key, at = site.frames[0]
    flow = scope.program.flow(key)
    block = scope.block(key, _straight(scope, key, at))
    end = block.end
    if scope.after(site).normal != (RETURN,) or not isinstance(end, Return) or block.body:
        return None
    into = next(each.into for each in (block.end for block in flow.blocks) if isinstance(each, Await) and each.to == at)
    called = _only_call(site)
    if called in flow.listed and into is not None and end.value.text in (into, f"list({into})", f"[*{into}]"):
        return JOINED
    return SUMMED if called in flow.summed and into is not None and end.value.text == f"sum({into})" else None


def _straight(scope: Scope, key: str, at: int) -> int:
    """The first block from ``at`` on that does anything."""
    block = scope.block(key, at)
    while not block.body and isinstance(block.end, Goto):
        block = scope.block(key, block.end.to)
    return block.id if not block.body else at


def _only_call(site: Site) -> str:
    """The activity, with a known policy, or helper that every branch of a gather is; the empty text if none is."""
    shape = site.shape
    if not isinstance(shape, GatherShape) or shape.keeps_errors is not False:
        return ""
    found = {one for branch in shape.branches for one in branch}
    only = found.pop() if len(found) == 1 else None
    if isinstance(only, HelperShape):
        return only.flow
    return only.name if isinstance(only, ActivityShape) and only.known else ""


def items(mapped: Mapped) -> str:
    """The list in the execution's input; an error, which is ``LARGE``, if the input is."""
    found, most = _at(mapped.path), HELPERS if mapped.helper else MOST
    large = f"{INPUT} = null or $length({INPUT}) > {LONGEST} or $count({found}) > {most}"
    return f'{large} ? $error("the input is large") : {found}'


def unless_empty(path: tuple[str, ...]) -> str:
    """The execution's input; an error, which is ``LARGE``, if the list in it has no items."""
    small = f'$count({_at(path)}) = 0 ? $error("{NOTHING}") : {INPUT}'
    return f'$type({INPUT}) = "string" ? ($length({INPUT}) > {LONGEST} ? {INPUT} : ({small})) : {INPUT}'


def _at(path: tuple[str, ...]) -> str:
    return "".join([f"$parse({INPUT})", *(f".{_field(name)}" for name in path)])


def _field(name: str) -> str:
    return f"`{name}`"


def selected(mapped: Mapped) -> State:
    """What the states of an item are given; they do not see the Map themselves."""
    paths = [given.path for given in mapped.arguments]
    values = ["$states.context.Map.Item.Value" if path is None else _at(path) for path in paths]
    return {
        "values": [expression(value) for value in values],
        "fiber": expression('"/0." & $string($states.context.Map.Item.Index)'),
        "count": expression(f"$count({_at(mapped.path)})"),
    }


def item(mapped: Mapped) -> State:
    """What the Lambda of an item is given instead of a prepared call."""
    given = {name: expression(f"$states.input.{name}") for name in ("values", "fiber", "count")}
    named: State = {"parameters": [each.parameter for each in mapped.arguments], **given}
    if mapped.helper:
        return {"helper": mapped.callee, "context": mapped.context, **named}
    return {"kind": mapped.callee, **named}
