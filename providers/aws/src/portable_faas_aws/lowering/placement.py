"""How the Python between two awaits is placed."""

from dataclasses import dataclass
from typing import Final, final


@final
@dataclass(frozen=True, slots=True)
class Placement:
    """``after``: in the Lambda of the activity before it; ``before``: in that of the only one that can follow.

    ``ahead``: what follows a timer or status, in the Lambda before that, which also finds out every call of a loop that
    drops the results. ``fold``: in no Lambda, where it only moves what is there.
    """

    after: bool = True
    before: bool = True
    ahead: bool = True
    fold: bool = True


DEFAULT: Final = Placement()
OUTLINED: Final = Placement(after=False, before=False, ahead=False, fold=False)  # every step a compute step of its own
