"""The Lambda behind the stream of the table of instances: it rings for waits whose event stands in their row.

    raise:  write the row -> (the raiser dies) -> ring        the new image of the row comes here, which rings

Whoever raises an event writes it into the row and rings then, so most bells have been rung when their row comes here;
ringing again does no harm. Lambda gives an image again until it was read without a failure (Developer Guide, "Using
AWS Lambda with Amazon DynamoDB").
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.ledger import Bells, StepFunctionsBells


def ring(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The handler."""
    ring_for(event["Records"], StepFunctionsBells())
    return {}


def ring_for(records: Iterable[Mapping[str, Any]], bells: Bells) -> None:
    """Ring for the waits in the new images of rows."""
    for record in records:
        body = json.loads(record["dynamodb"]["NewImage"]["body"]["S"])
        for token in inbox.bells(body):
            bells.succeed(token, {})
