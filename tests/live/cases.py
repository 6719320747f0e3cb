"""The programs of the smoke test with their inputs, and how the embedded engine ends them."""

from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, final

from examples.smoke import app as smoke
from portable_faas.app import Orchestrator
from portable_faas.client import Client
from portable_faas.provider import Record
from portable_faas.testing import running
from portable_faas.values import loads

ITEM: Final = smoke.Item("lamp", Decimal("12.50"), date(2026, 2, 28), b"\x00\xff")
NAP: Final = 12  # s; longer than the ten seconds in which the branch beside it has to end


@final
class Case(NamedTuple):
    """An orchestrator and what it is started with."""

    orchestrator: Orchestrator[Any, Any]
    input: Any


CASES: Final = (
    Case(smoke.chain, 3),
    Case(smoke.fan_out, 12),
    Case(smoke.caught, "day"),
    Case(smoke.uncaught, "day"),
    Case(smoke.retried, "day"),
    Case(smoke.timer, 2),
    Case(smoke.side_by_side, NAP),
    Case(smoke.status, 'quotes " and ü'),
    Case(smoke.values, ITEM),
)


@final
class Outcome(NamedTuple):
    """How an instance has ended, as JSON values: engines write the same value with other spaces and escapes."""

    status: str
    output: Any = None
    error: Any = None
    custom_status: Any = None


def outcome_of(record: Record) -> Outcome:
    """What of a record every engine has to agree on."""
    return Outcome(record.status, _value(record.output), _value(record.error), _value(record.custom_status))


def _value(text: str | None) -> Any:
    return None if text is None else loads(text)


async def ended(client: Client, case: Case) -> Outcome:
    """Run a case to its end."""
    handle = await client.start(case.orchestrator, case.input)
    return outcome_of(await client._backend.finished(handle.instance_id, 300))


async def expected(case: Case) -> Outcome:
    """How the embedded engine ends the case."""
    async with running(smoke.app, "local") as client:
        return await ended(client, case)
