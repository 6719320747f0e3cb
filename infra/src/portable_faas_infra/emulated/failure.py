"""Why an emulated deployment ended early."""

from typing import final

from portable_faas.errors import PortableFaasError


@final
class DeployFailed(PortableFaasError):
    """A step failed; ``urn`` names its resource. What was deployed before is in the state and can be destroyed."""

    def __init__(self, urn: str, problem: str) -> None:
        super().__init__(f"{problem} ({urn})")
        self.urn = urn
        self.problem = problem
