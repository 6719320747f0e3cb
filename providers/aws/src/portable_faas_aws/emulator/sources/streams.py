"""Reads streams of tables for functions, as Lambda does: in order, one batch at a time, again until it was taken.

moto calls the function from inside the write, whatever the mapping's filters say, and drops what failed. Sources:
"Using AWS Lambda with Amazon DynamoDB"; "Control which events Lambda sends to your function",
docs.aws.amazon.com/lambda.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, final

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models.table import StreamRecord, StreamShard

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.rights import Rights
from portable_faas_aws.emulator.sources.calls import Calls
from portable_faas_aws.emulator.turns import Event

FIRST_PAUSE: Final = 1.0  # seconds before a batch is given again
LONGEST_PAUSE: Final = 60.0


@final
class Streams:
    """Gives the functions of mappings what is written; ``changed`` tells that there is something.

    A stream that the role of its function may not read is left alone, and nobody is told.
    """

    def __init__(self, calls: Calls, changed: Event, rights: Rights) -> None:
        self._calls = calls
        self._rights = rights
        self._changed = changed
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._over = False

    def install(self, patching: Patching) -> None:
        """Patch: what is written to a stream is kept for the mappings that it fits."""

        def add(shard: Any, old: Any, new: Any) -> None:
            kind = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
            view = shard.table.stream_specification["StreamViewType"]
            record = StreamRecord(shard.table, view, kind, old, new, shard.starting_sequence_number).to_json()
            record["dynamodb"]["ApproximateCreationDateTime"] = self._calls.turns.clock.now() / 1000
            self._keep(shard.table.table_arn, record)

        patching.replace(StreamShard, "add", add)

    def _keep(self, table: str, record: dict[str, Any]) -> None:
        for mapping in _mappings():
            if mapping.event_source_arn.startswith(f"{table}/stream/") and _fits(mapping, record):
                self._waiting.setdefault(mapping.uuid, []).append(record)
                self._changed.set()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._calls.turns.thread(self._run, name="emulator-streams").start()

    def stop(self) -> None:
        """Read no more."""
        self._over = True
        self._changed.set()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._over:
            self._changed.clear()
            taken = [self._give(mapping) for mapping in _mappings()]
            pause = FIRST_PAUSE if all(taken) else min(LONGEST_PAUSE, 2 * pause)
            self._calls.turns.wait(self._changed, seconds=None if all(taken) else pause)

    def _give(self, mapping: Any) -> bool:
        """Call the function with what there is; whether it has taken all of it."""
        waiting = self._waiting.get(mapping.uuid, [])
        function = self._calls.function(mapping.function_arn)
        if function is None or not self._rights.reads(function.role, mapping.event_source_arn):
            return True
        while waiting and not self._over:
            batch = waiting[: mapping.batch_size]
            if self._calls.invoke(mapping.function_arn, {"Records": batch}) is None:
                return False
            del waiting[: len(batch)]
        return True


def _mappings() -> list[Any]:
    found = list(lambda_backends[ACCOUNT][REGION]._event_source_mappings.values())
    return [mapping for mapping in found if mapping.enabled and ":dynamodb:" in mapping.event_source_arn]


def _fits(mapping: Any, record: Mapping[str, Any]) -> bool:
    """Whether a record fits any of the mapping's filters; each is a pattern of values that there may be."""
    filters = (mapping.filter_criteria or {}).get("Filters", [])
    return not filters or any(_matches(json.loads(each["Pattern"]), record) for each in filters)


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(
            name in value and _matches(pattern[name], value[name]) for name in pattern
        )
    if any(isinstance(each, Mapping) for each in pattern):
        raise NotImplementedError(f"the emulated Lambda compares values, and does not know {pattern}")
    return value in pattern
