"""``Secret``: a text that stands in no source, log or manifest; read when it is needed."""

from collections.abc import Mapping
from typing import ClassVar, final

from portable_faas.resources.resource import Resource


@final
class Secret(Resource):
    """A secret; declared with ``app.secret(name)``.

    On this machine it is the environment variable of its name in capitals: ``partner-key`` is ``PARTNER_KEY``.
    """

    kind: ClassVar[str] = "secret"
    OPERATIONS: ClassVar[Mapping[str, str]] = {"get": "read"}

    async def get(self) -> str:
        """Its value; ``LookupError`` if nobody has set it."""
        return await self._services("get").secret(self.name)

    @property
    def variable(self) -> str:
        """The environment variable that holds it on this machine."""
        return self.name.upper().replace("-", "_")
