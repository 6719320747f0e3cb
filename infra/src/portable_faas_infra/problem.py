"""What stands in the way of a deployment, told before anything is created.

InfraError(("memory: is 64, ...", "stage: ..."))   ->   "cannot deploy:\\n  memory: is 64, ...\\n  stage: ..."
"""

from collections.abc import Iterable
from typing import final

from portable_faas.errors import PortableFaasError


@final
class InfraError(PortableFaasError):
    """Nothing was created; ``problems`` are all that was found, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        alone = len(self.problems) == 1
        super().__init__("cannot deploy: " + (self.problems[0] if alone else "\n  " + "\n  ".join(self.problems)))


def refuse(problems: Iterable[str]) -> None:
    """``InfraError`` with all of them, if there is any."""
    found = tuple(problems)
    if found:
        raise InfraError(found)
