"""The pricers as entry points take them."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, final

from portable_faas.cost import Assumptions, Bill, Work
from portable_faas.manifest import Manifest
from portable_faas_infra.cost.aws import bill as aws_bill
from portable_faas_infra.cost.azure import bill as azure_bill


@final
class Priced(NamedTuple):
    """A pricer that is a function."""

    work_out: Callable[[Manifest, Sequence[Work], Assumptions], Bill]

    def bill(self, manifest: Manifest, work: Sequence[Work], assumed: Assumptions) -> Bill:
        """What this work costs there."""
        return self.work_out(manifest, work, assumed)


aws: Final = Priced(aws_bill)
azure: Final = Priced(azure_bill)
