"""The rows that map instance ids to executions, one per instance, in DynamoDB.

    {"id": "order-7", "orchestrator": "fulfil", "execution": "arn:...:fulfil:order-7-1f0c", "key": "1f0c...", "at": 17,
     "stamp": 1700000000000000001}

An execution's name is used once in 90 days (API reference, StartExecution), an instance id as often as one likes; so
every start gets a name of its own, and the row says which one counts.
"""

import contextlib
import json
from typing import Any, Final, NamedTuple, final

from portable_faas_aws.client.account import Resources
from portable_faas_aws.runtime.row import EXPIRES

_RERUNS: Final = ("attribute_not_exists(reruns)", "reruns = :reruns")  # as often as when the row was read


@final
class Instance(NamedTuple):
    """One row. ``key`` is the UUID of the start; ``input`` is text, or the reference of one that lies in S3."""

    id: str
    orchestrator: str
    execution: str
    key: str
    input: Any
    at: int
    custom_status: str | None = None
    reason: str | None = None  # why it was terminated
    before: str | None = None  # the execution whose successor ``execution`` is; it begins after the row names it
    parent: dict[str, str] | None = None  # who waits for its end: the key of that start, and the wait
    ending: bool = False  # who waits for it hears of its end, which is the last thing that its execution does
    expires: int | None = None  # seconds since 1970 after which it is forgotten, once it has ended
    reruns: int = 0
    stamp: int = 0  # tells which of the starts of one millisecond came later; 0 in rows of before there were stamps


@final
class Instances:
    """The table of an account."""

    def __init__(self, account: Resources) -> None:
        self._account = account

    def get(self, instance_id: str) -> Instance | None:
        """The row of an id; one whose time is over is none, since DynamoDB deletes it only some time later."""
        key = {"id": {"S": instance_id}}
        found = self._client().get_item(TableName=self._account.table, Key=key, ConsistentRead=True)
        instance = _instance(found["Item"]) if "Item" in found else None
        return None if instance is None or self._is_over(instance) else instance

    def _is_over(self, instance: Instance) -> bool:
        return instance.expires is not None and 1000 * instance.expires <= self._account.now()

    def put(self, instance: Instance, instead_of: Instance | None) -> bool:
        """Write a row if there is still none, or still the one it replaces; False if somebody else was first."""
        item: dict[str, Any] = {
            "id": {"S": instance.id},
            "orchestrator": {"S": instance.orchestrator},
            "execution": {"S": instance.execution},
            "key": {"S": instance.key},
            "at": {"N": str(instance.at)},
            "stamp": {"N": str(instance.stamp)},
        }
        if instance.input is not None:
            name = "input" if isinstance(instance.input, str) else "input_reference"
            item[name] = {"S": instance.input if isinstance(instance.input, str) else json.dumps(instance.input)}
        if instance.parent is not None:
            item["parent"] = {"S": json.dumps(instance.parent)}
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(id) OR #expires <= :now",
            "ExpressionAttributeNames": {"#expires": EXPIRES},
            "ExpressionAttributeValues": {":now": {"N": str(self._account.now() // 1000)}},
        }
        if instead_of is not None:
            condition = {
                "ConditionExpression": "#execution = :old",
                "ExpressionAttributeNames": {"#execution": "execution"},
                "ExpressionAttributeValues": {":old": {"S": instead_of.execution}},
            }
        try:
            self._client().put_item(TableName=self._account.table, Item=item, **condition)
        except self._client().exceptions.ConditionalCheckFailedException:
            return False
        return True

    def give_reason(self, instance: Instance, reason: str) -> None:
        """Write down why an instance is terminated; the first reason counts."""
        with contextlib.suppress(self._client().exceptions.ConditionalCheckFailedException):
            self._client().update_item(
                TableName=self._account.table,
                Key={"id": {"S": instance.id}},
                UpdateExpression="SET reason = :reason",
                ConditionExpression="#key = :mine AND attribute_not_exists(reason)",
                ExpressionAttributeNames={"#key": "key"},
                ExpressionAttributeValues={":mine": {"S": instance.key}, ":reason": {"S": reason}},
            )

    def mark_ending(self, instance_id: str, key: str) -> None:
        """The run has its result, if that id is still this start's."""
        client = self._client()
        with contextlib.suppress(client.exceptions.ConditionalCheckFailedException):
            client.update_item(
                TableName=self._account.table,
                Key={"id": {"S": instance_id}},
                UpdateExpression="SET ending = :yes",
                ConditionExpression="#key = :mine",
                ExpressionAttributeNames={"#key": "key"},
                ExpressionAttributeValues={":mine": {"S": key}, ":yes": {"BOOL": True}},
            )

    def expire(self, instance: Instance, at: int) -> bool:
        """Let the row be forgotten ``at`` a moment, in seconds; False if the run has gone on since it was read."""
        client = self._client()
        try:
            client.update_item(
                TableName=self._account.table,
                Key={"id": {"S": instance.id}},
                UpdateExpression="SET #expires = :at",
                ConditionExpression=f"#key = :key AND #execution = :execution AND {_RERUNS[instance.reruns > 0]}",
                ExpressionAttributeNames={"#expires": EXPIRES, "#key": "key", "#execution": "execution"},
                ExpressionAttributeValues={
                    ":at": {"N": str(at)},
                    ":key": {"S": instance.key},
                    ":execution": {"S": instance.execution},
                    **({":reruns": {"N": str(instance.reruns)}} if instance.reruns else {}),
                },
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def keep(self, instance: Instance) -> None:
        """The run goes on, so its row stays; whoever was about to let it be forgotten finds that out."""
        client = self._client()
        with contextlib.suppress(client.exceptions.ConditionalCheckFailedException):
            client.update_item(
                TableName=self._account.table,
                Key={"id": {"S": instance.id}},
                UpdateExpression="REMOVE #expires ADD reruns :one",
                ConditionExpression="#key = :key",
                ExpressionAttributeNames={"#expires": EXPIRES, "#key": "key"},
                ExpressionAttributeValues={":key": {"S": instance.key}, ":one": {"N": "1"}},
            )

    def delete(self, instance_id: str) -> None:
        """Forget a row."""
        self._client().delete_item(TableName=self._account.table, Key={"id": {"S": instance_id}})

    def all(self) -> list[Instance]:
        """Every row, the newest first."""
        pages = self._client().get_paginator("scan").paginate(TableName=self._account.table, ConsistentRead=True)
        found = [_instance(item) for page in pages for item in page["Items"] if "execution" in item]
        found = [instance for instance in found if not self._is_over(instance)]
        return sorted(found, key=lambda instance: (instance.at, instance.stamp), reverse=True)

    def _client(self) -> Any:
        return self._account.client("dynamodb")


def _input(item: Any) -> Any:
    if "input_reference" in item:
        return json.loads(item["input_reference"]["S"])
    return item["input"]["S"] if "input" in item else None


def _instance(item: Any) -> Instance:
    return Instance(
        id=item["id"]["S"],
        orchestrator=item["orchestrator"]["S"],
        execution=item["execution"]["S"],
        key=item["key"]["S"],
        input=_input(item),
        at=int(item["at"]["N"]),
        custom_status=item["custom_status"]["S"] if "custom_status" in item else None,
        reason=item["reason"]["S"] if "reason" in item else None,
        before=item["before"]["S"] if "before" in item else None,
        ending="ending" in item,
        expires=int(item[EXPIRES]["N"]) if EXPIRES in item else None,
        reruns=int(item["reruns"]["N"]) if "reruns" in item else 0,
        parent=json.loads(item["parent"]["S"]) if "parent" in item else None,
        stamp=int(item["stamp"]["N"]) if "stamp" in item else 0,
    )
