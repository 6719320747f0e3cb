"""How an emulator has a built app deployed into it: the contract with the infrastructure program, found by name.

An adapter starts an empty emulator and says where it is; the program of the same build that ``pulumi up`` runs creates
what the app needs there. Neither knows the other. A provisioner registers under the entry-point group
``portable_faas.provisioners``.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, final

from portable_faas.errors import NotInstalled

GROUP: Final = "portable_faas.provisioners"
Progress = Callable[[str], None]  # takes one line for people


@final
class Resource(NamedTuple):
    """One resource that was created: its type in the program's words, and its properties."""

    type: str
    name: str
    properties: Mapping[str, Any]


class Provisioned(Protocol):
    """A deployed app; deploying again or destroying it goes by what is remembered here."""

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the program exports."""
        ...

    @property
    def resources(self) -> Sequence[Resource]:
        """What exists, whatever a resource depends on before it."""
        ...

    def deploy(self, folder: Path) -> Mapping[str, int]:
        """Deploy another build in its place; how many resources were created, updated, left as they are and so on."""
        ...

    def destroy(self) -> Mapping[str, int]:
        """Delete everything."""
        ...


class Provisioner(Protocol):
    """Runs the infrastructure program against an emulator."""

    def deploy(self, folder: Path, place: Mapping[str, str], progress: Progress) -> Provisioned:
        """Deploy the build in ``folder`` to the emulator at ``place``, whose names the cloud's adapter defines."""
        ...


def get_provisioner() -> Provisioner:
    """The installed one; ``NotInstalled`` says what to install."""
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        found: Provisioner = point.load()
        return found
    hint = "install it with: pip install 'portable-faas[infra]'"
    raise NotInstalled(f"an emulated deployment needs the infrastructure program; {hint}")
