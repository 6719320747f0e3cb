"""Points that a scope goes on from."""

from dataclasses import dataclass
from typing import Final, final

from portable_faas_aws.lowering.sites import Site

BEGIN: Final = "begin"
AFTER: Final = "after"
RECOVER: Final = "recover"


@final
@dataclass(frozen=True, slots=True)
class Resume:
    """A point to go on from: the begin of the scope, or after a site.

    ``via`` is where the Lambda that failed at ``site`` came from, when the step before rode in it and left no state.
    ``empty``: the list in the input that the scope's first loop runs over has no items.
    """

    how: str
    site: Site | None = None
    via: "Resume | None" = None
    empty: bool = False
