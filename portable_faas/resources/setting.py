"""``Setting``: a text that differs between deployments and is no secret, such as an address."""

import os
from typing import Any, ClassVar, final

from portable_faas.resources.resource import Resource


@final
class Setting(Resource):
    """A setting; declared with ``app.setting(name, default=...)``; needs no grant.

    Everywhere it is the environment variable of its name in capitals: ``shop-url`` is ``SHOP_URL``.
    """

    kind: ClassVar[str] = "setting"

    def __init__(self, name: str, default: str | None) -> None:
        super().__init__(name)
        if default is not None and not isinstance(default, str):
            raise TypeError(f"the default of setting {name} is text, not {default!r}")
        self.default = default

    @property
    def variable(self) -> str:
        """The environment variable that holds it."""
        return self.name.upper().replace("-", "_")

    def get(self) -> str:
        """Its value; ``LookupError`` if it is neither set nor has a default."""
        value = os.environ.get(self.variable, self.default)
        if value is None:
            raise LookupError(f"setting {self.name} is not set and has no default; set {self.variable}")
        return value

    def part(self) -> dict[str, Any]:
        """The entry of a manifest's ``resources``."""
        return {**super().part(), "default": self.default}
