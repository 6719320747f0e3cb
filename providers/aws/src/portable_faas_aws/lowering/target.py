"""What the machines of one orchestrator are made of, and what is known of the program as a whole."""

from dataclasses import dataclass, field
from typing import Any, final

from portable_faas.ir import ChildShape, ContinueShape, EventShape, LockShape, Program
from portable_faas_aws.lowering.chain import outgrows
from portable_faas_aws.lowering.children import given_to_all, kinds_of
from portable_faas_aws.lowering.placement import Placement
from portable_faas_aws.lowering.renewing import renews_inside
from portable_faas_aws.lowering.sites import Scope


@final
@dataclass(frozen=True)
class Target:
    """What machines are made of: the program, the short names of its flows, how pure code is placed."""

    program: Program
    orchestrator: str
    shorts: dict[str, str]
    placement: Placement
    chains: bool = False  # whether a run may take several executions
    waits: bool = False  # whether it waits for events or children
    parent: bool = False  # whether it waits for children, or holds locks: both end with their group
    renews: bool = False  # whether it continues as new
    renews_inside: bool = False  # whether a branch may do so
    suspendable: bool = False
    given: dict[str, Any] = field(default_factory=dict)  # to every Lambda


def target_of(program: Program, orchestrator: str, scope: Scope, placement: Placement) -> Target:
    """That of one orchestrator."""
    kinds = kinds_of(program, orchestrator)
    renews = ContinueShape in kinds
    parent = bool(kinds & {ChildShape, LockShape})
    return Target(
        program,
        orchestrator,
        scope.shorts,
        placement,
        chains=outgrows(scope) or renews,
        waits=parent or EventShape in kinds,
        parent=parent,
        renews=renews,
        renews_inside=renews and renews_inside(scope),
        suspendable=orchestrator in program.suspendable,
        given=given_to_all(program, orchestrator, kinds),
    )
