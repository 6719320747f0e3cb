"""The Lambda that hears of the ends of executions: the rows of an instance that has ended are to be forgotten in time.

    {"detail": {"executionArn": "arn:...:fulfil:order-7-1f0c"}}        row order-7: expires 1790000000

DynamoDB deletes a row some time after the moment in its attribute, and who looks before takes it for missing. Events
may come late and more than once (Step Functions Developer Guide, "Automating Step Functions event delivery with
EventBridge"), so only what the execution itself says counts.
"""

import json
import math
import os
from collections.abc import Mapping
from typing import Any, Final

from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.provider import FINISHED
from portable_faas_aws.client.account import Resources
from portable_faas_aws.client.executions import STATUS, Executions
from portable_faas_aws.client.instances import Instance, Instances
from portable_faas_aws.runtime.deployed import FunctionAccount
from portable_faas_aws.runtime.ledger import row_of
from portable_faas_aws.runtime.row import EXPIRES, Body, DynamoTable

VARIABLE: Final = "PFAAS_RETENTION"  # seconds


def ended(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The handler; what fails lets all of its messages come again."""
    account, seconds = FunctionAccount(), float(os.environ[VARIABLE])
    for record in event["Records"]:
        forget_in_time(account, json.loads(record["body"])["detail"]["executionArn"], seconds)
    return {}


def forget_in_time(account: Resources, execution: str, seconds: float) -> None:
    """Let the instance be forgotten ``seconds`` after the end of its last execution, if this is it."""
    described = Executions(account).described(execution)
    if described is None:
        return
    instance = Instances(account).get(json.loads(described["input"])["id"])
    if instance is not None and instance.execution == execution:
        let_go(account, instance, seconds)


def let_go(account: Resources, instance: Instance, seconds: float) -> None:
    """Write the moment into the rows of an instance whose last execution has ended; nothing if it goes on."""
    described = Executions(account).described(instance.execution)  # after the row was read, see ``Instances.expire``
    if described is None or STATUS[described["status"]] not in FINISHED:
        return
    at = math.ceil((described["stopDate"] - EPOCH) / MILLISECOND / 1000 + seconds)
    if not Instances(account).expire(instance, at):
        return

    def change(body: Body) -> None:
        if body:
            body[EXPIRES] = at

    DynamoTable(lambda: (account.client("dynamodb"), account.table)).change(row_of(instance.key), change)
