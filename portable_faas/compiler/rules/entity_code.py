"""PF010 to PF013 in the operations of entities, which may run again before their change of the state is kept.

def add(self): self.at = time.time()      ->      def add(self, at: float): self.at = at
"""

from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import OPERATION, Facts
from portable_faas.compiler.rules import clock, outside, randomness, shared, signature
from portable_faas.errors import Diagnostic

_REMEDIES: Final = {
    "PF010": "take the time as an argument of the operation",
    "PF011": "take the value as an argument of the operation",
    "PF012": "do it in an activity, and give the operation what it needs",
    "PF013": "keep it in an attribute of the entity",
}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every clock, random value, input or output and change of a global in an operation."""
    if facts.role != OPERATION:
        return
    if _is_public(facts):
        yield from signature.find(facts)
    for rule in (clock.find, randomness.find, outside.find, shared.find):
        for each in rule(facts):
            problem = each.problem.replace("an orchestrator", "an operation of an entity")
            problem = problem.replace("on replay", "when the operation runs again")
            yield each._replace(problem=problem, remedy=_REMEDIES[each.code])


def _is_public(facts: Facts) -> bool:
    """Whether it is a method that may be called as an operation, and not a function that one of these calls."""
    function, owner = facts.function, facts.function.owner
    plain = owner is not None and function.node in owner.scope.bindings.get(function.name, ())
    return not plain and not function.name.startswith("_")
