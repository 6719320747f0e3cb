"""Counts requests in periods, together with all other processes: one item of the table for each period."""

import os

from portable_faas_aws.runtime.row import EXPIRES, VARIABLE, client_of

SPARE = 60  # seconds that the item of a period is kept longer, since clocks differ


def count(key: str, window: int, ends: int) -> int:
    """Count one more under ``key`` in the period ``window``, which ends at ``ends`` (seconds); how many there are."""
    told = client_of("dynamodb").update_item(
        TableName=os.environ[VARIABLE],
        Key={"id": {"S": f"count#{key}#{window}"}},
        UpdateExpression="ADD requests :one SET #expires = :ends",
        ExpressionAttributeNames={"#expires": EXPIRES},
        ExpressionAttributeValues={":one": {"N": "1"}, ":ends": {"N": str(ends + SPARE)}},
        ReturnValues="UPDATED_NEW",
    )
    return int(told["Attributes"]["requests"]["N"])
