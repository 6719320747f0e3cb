"""``pfaas raise``, ``terminate``, ``suspend``, ``resume``, ``rerun``, ``purge``: say something to instances.

Each takes ``[APP] INSTANCE...``; what was done is said on stderr, one line an instance.
"""

from typing import Annotated

import typer

Words = Annotated[
    list[str], typer.Argument(metavar="[APP] INSTANCE...", help="module:variable (default: the configured app), ids.")
]
On = Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")]
At = Annotated[str | None, typer.Option("--store", metavar="FILE", help="local: the SQLite file.")]


def raise_event(
    words: Annotated[list[str], typer.Argument(metavar="[APP] INSTANCE NAME", help="The instance and the event.")],
    data: Annotated[str | None, typer.Option("--data", "-d", metavar="JSON|@FILE|-", help="The event's data.")] = None,
    event_id: Annotated[str | None, typer.Option("--id", help="Raised again with the same id, it counts once.")] = None,
    on: On = None,
    store: At = None,
) -> None:
    """Hand an external event to an instance."""
    from portable_faas.cli.managing import raise_one

    raise_one(words, data, event_id, on, store)


def terminate(
    words: Words,
    reason: Annotated[str, typer.Option("--reason", help="What its result raises.")] = "",
    on: On = None,
    store: At = None,
) -> None:
    """End instances and the children they wait for; none of their code runs any more."""
    _each(words, on, store, "terminate", reason)


def suspend(words: Words, on: On = None, store: At = None) -> None:
    """Let no new step of instances start."""
    _each(words, on, store, "suspend")


def resume(words: Words, on: On = None, store: At = None) -> None:
    """Let suspended instances go on."""
    _each(words, on, store, "resume")


def rerun(words: Words, on: On = None, store: At = None) -> None:
    """Do the last step of failed instances again, and go on from there."""
    _each(words, on, store, "rerun")


def purge(words: Words, on: On = None, store: At = None) -> None:
    """Forget finished instances with all they stored."""
    _each(words, on, store, "purge")


def _each(words: list[str], on: str | None, store: str | None, action: str, *arguments: str) -> None:
    from portable_faas.cli.managing import manage

    manage(words, on, store, action, arguments)
