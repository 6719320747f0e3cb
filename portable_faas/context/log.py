"""``ctx.log``: ordinary logging that stays silent while recorded steps are replayed."""

from typing import TYPE_CHECKING, Any, Protocol, final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from logging import Logger


class Source(Protocol):
    """The part of a run that a log needs."""

    @property
    def instance_id(self) -> str:
        """The id on every record."""
        ...

    @property
    def logger_name(self) -> str:
        """The name of the ``logging`` logger."""
        ...

    @property
    def replaying(self) -> bool:
        """Whether the running code has run before."""
        ...


@final
class Log:
    """Writes each line once per step that really runs; the record carries ``instance_id`` and ``extra``.

    ``logging`` is imported with the first line that is written: it costs more than half of our cold start.
    """

    __slots__ = ("_run",)

    def __init__(self, run: Source) -> None:
        self._run = run

    def debug(self, message: str, *args: object, extra: "Mapping[str, Any] | None" = None) -> None:
        """Log at level DEBUG; ``args`` are merged with ``%``."""
        self._write(10, message, args, extra)

    def info(self, message: str, *args: object, extra: "Mapping[str, Any] | None" = None) -> None:
        """Log at level INFO; ``args`` are merged with ``%``."""
        self._write(20, message, args, extra)

    def warning(self, message: str, *args: object, extra: "Mapping[str, Any] | None" = None) -> None:
        """Log at level WARNING; ``args`` are merged with ``%``."""
        self._write(30, message, args, extra)

    def error(self, message: str, *args: object, extra: "Mapping[str, Any] | None" = None) -> None:
        """Log at level ERROR; ``args`` are merged with ``%``."""
        self._write(40, message, args, extra)

    def exception(self, message: str, *args: object) -> None:
        """Log at level ERROR with the exception being handled."""
        self._write(40, message, args, None, exc_info=True)

    def _write(
        self,
        level: int,
        message: str,
        args: tuple[object, ...],
        extra: "Mapping[str, Any] | None",
        exc_info: bool = False,
    ) -> None:
        if not self._run.replaying:
            fields = {**(extra or {}), "instance_id": self._run.instance_id}
            self._logger().log(level, message, *args, exc_info=exc_info, extra=fields, stacklevel=3)

    def _logger(self) -> "Logger":
        from logging import getLogger

        return getLogger(self._run.logger_name)
