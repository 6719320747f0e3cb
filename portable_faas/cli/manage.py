"""``pfaas raise``, ``terminate``, ``suspend``, ``resume``, ``rerun``, ``purge``: say something to instances.

Each takes ``[APP] INSTANCE...``; what was done is said on stderr, one line an instance.
"""

from typing import Annotated

import typer

from portable_faas.cli.where import At, On

Words = Annotated[
    list[str], typer.Argument(metavar="[APP] INSTANCE...", help="module:variable (default: the configured app), ids.")
]


def raise_event(
    words: Annotated[list[str], typer.Argument(metavar="[APP] INSTANCE NAME", help="The instance and the event.")],
    data: Annotated[str | None, typer.Option("--data", "-d", metavar="JSON|@FILE|-", help="The event's data.")] = None,
    event_id: Annotated[str | None, typer.Option("--id", help="Raised again with the same id, it counts once.")] = None,
    on: On = None,
    at: At = None,
) -> None:
    """Hand an external event to an instance."""
    from portable_faas.cli.managing import raise_one

    raise_one(words, data, event_id, on, at)


def terminate(
    words: Words,
    reason: Annotated[str, typer.Option("--reason", help="What its result raises.")] = "",
    on: On = None,
    at: At = None,
) -> None:
    """End instances and the children they wait for; none of their code runs any more."""
    _each(words, on, at, "terminate", reason)


def suspend(words: Words, on: On = None, at: At = None) -> None:
    """Let no new step of instances start."""
    _each(words, on, at, "suspend")


def resume(words: Words, on: On = None, at: At = None) -> None:
    """Let suspended instances go on."""
    _each(words, on, at, "resume")


def rerun(words: Words, on: On = None, at: At = None) -> None:
    """Do the last step of failed instances again, and go on from there."""
    _each(words, on, at, "rerun")


def purge(words: Words, on: On = None, at: At = None) -> None:
    """Forget finished instances with all they stored."""
    _each(words, on, at, "purge")


def _each(words: list[str], on: str | None, at: str | None, action: str, *arguments: str) -> None:
    from portable_faas.cli.managing import manage

    manage(words, on, at, action, arguments)
