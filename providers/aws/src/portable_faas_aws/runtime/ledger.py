"""What a run shares with the world outside its executions: its inbox, the waits for it, the bells of these waits.

The row is the truth, a task token only a bell: whoever writes the row rings the tokens that it names, and a token that
is no longer waited for does no harm. So nothing is lost if the one who writes dies before ringing: the stream of the
table rings for events (``bell``), and whoever else writes is tried again.
"""

import json
from typing import Any, Final, Protocol, final

from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.row import Body, Table, client_of

FORGOTTEN: Final = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class Bells(Protocol):
    """Ends the Tasks that wait for tokens."""

    def succeed(self, token: str, output: Any) -> bool:
        """End the Task with ``output``; False if nobody waits for it any more."""
        ...

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Let the Task fail; False if nobody waits for it any more."""
        ...


@final
class StepFunctionsBells:
    """Those of Step Functions; ``client`` is one of boto3, made when it is needed where it is left out."""

    def __init__(self, client: Any = None) -> None:
        self._given = client

    def succeed(self, token: str, output: Any) -> bool:
        """SendTaskSuccess."""
        return self._send("send_task_success", taskToken=token, output=json.dumps(output, ensure_ascii=False))

    def fail(self, token: str, error: str, cause: str) -> bool:
        """SendTaskFailure."""
        return self._send("send_task_failure", taskToken=token, error=error, cause=cause)

    def _send(self, operation: str, **parameters: Any) -> bool:
        client = self._given or client_of("stepfunctions")
        try:
            getattr(client, operation)(**parameters)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in FORGOTTEN:
                raise
            return False
        return True


@final
class Silence:
    """Rings nothing: for steps that are only run again."""

    def succeed(self, token: str, output: Any) -> bool:
        """Nothing."""
        return True

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Nothing."""
        return True


def row_of(key: str) -> str:
    """The row of a start; ``#`` stands in no instance id."""
    return f"inbox#{key}"


@final
class Ledger:
    """That of one run of one start."""

    def __init__(self, key: str, run: int, table: Table, bells: Bells) -> None:
        self._row = row_of(key)
        self.run: Final = run
        self._table = table
        self._bells = bells

    def begin(self, waits: list[tuple[str, str]]) -> list[str]:
        """Waits begin, in this order, each with the name of its event; those that have an event already."""

        def change(body: Body) -> list[str]:
            for wait, name in waits:
                inbox.begin(body, self.run, wait, name)
            return [wait for wait, name in waits if inbox.begin(body, self.run, wait, name)]

        return self._table.change(self._row, change)

    def attach(self, wait: str, name: str, token: str) -> None:
        """The bell of a wait, which rings at once if its event is there."""

        def change(body: Body) -> bool:
            inbox.begin(body, self.run, wait, name)
            return inbox.attach(body, self.run, wait, token)

        if self._table.change(self._row, change):
            self._bells.succeed(token, {})

    def receive(self, wait: str, since: int) -> inbox.Event | None:
        """The event that the program gets now."""
        return self._table.change(self._row, lambda body: inbox.receive(body, self.run, wait, since))

    def hold(self, wait: str) -> inbox.Event | None:
        """The event of a branch."""
        return self._table.change(self._row, lambda body: inbox.hold(body, self.run, wait))

    def close(self, owner: str, group: int, received: set[int]) -> list[inbox.Child]:
        """A group has ended; the children that nobody waits for now."""

        def change(body: Body) -> tuple[list[inbox.Child], list[str]]:
            children = inbox.close(body, self.run, owner, group, received)
            return children, inbox.bells(body)

        children, tokens = self._table.change(self._row, change)
        for token in tokens:
            self._bells.succeed(token, {})
        return children

    def left(self) -> list[inbox.Child]:
        """The run has ended in a branch; the children that nobody waits for now."""
        return self._table.change(self._row, lambda body: inbox.leave(body, self.run))

    def forget_left(self) -> None:
        """They have been ended."""
        self._table.change(self._row, lambda body: inbox.take_children(body, ""))

    def add_child(self, wait: str, child: inbox.Child) -> None:
        """A child is about to start."""
        self._table.change(self._row, lambda body: inbox.add_child(body, self.run, wait, *child))

    def attach_child(self, wait: str, child: inbox.Child, token: str) -> None:
        """The bell of that wait, which rings at once if the child has ended; ``Abandoned`` if nobody waits."""
        end = self._table.change(self._row, lambda body: inbox.attach_child(body, self.run, wait, token))
        if end is not None:
            self._tell(wait, child.key, token, end)

    def end_child(self, wait: str, key: str, end: Any) -> None:
        """A child has ended: ``{"value": ...}``, or ``{"error": ..., "cause": ...}``."""
        token = self._table.change(self._row, lambda body: inbox.end_child(body, wait, key, end))
        if token is not None:
            self._tell(wait, key, token, end)

    def _tell(self, wait: str, key: str, token: str, end: Any) -> None:
        heard = self._bells.fail(token, **end) if "error" in end else self._bells.succeed(token, end)
        if heard:
            self._table.change(self._row, lambda body: inbox.forget_child(body, wait, key))

    def settle(self, activity: str, outcome: Body) -> Body:
        """How an activity has ended, as whoever came first has said."""
        return self._table.change(self._row, lambda body: inbox.settle(body, self.run, activity, outcome))

    def is_suspended(self) -> bool:
        """Whether no new step may start."""
        return bool(self._table.read(self._row).get("suspended"))

    def pause(self, token: str) -> None:
        """The bell of a step that pauses until the instance is resumed."""
        if self._table.change(self._row, lambda body: inbox.pause(body, token)):
            self._bells.succeed(token, {})

    def add_end(self, group: Body, outcome: Body) -> bool:
        """A branch of a ``first`` has ended; whether that was enough of them."""
        return self._table.change(self._row, lambda body: inbox.add_end(body, self.run, group, outcome))

    def ends(self, group: str) -> list[Body]:
        """The outcomes of the branches that ended first."""
        return inbox.ends(self._table.read(self._row), group)
