"""Why a package cannot be made."""

from typing import final

from portable_faas.errors import PortableFaasError


@final
class PackageError(PortableFaasError):
    """A package that cannot be made; ``lacking`` tells that this machine is short of something, not the program."""

    def __init__(self, text: str, *, lacking: bool = False) -> None:
        super().__init__(text)
        self.lacking = lacking
