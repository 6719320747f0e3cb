"""Finds again what a Lambda had prepared that left no word, because it died or took too long."""

import json
from typing import Any, Final

from portable_faas_aws.runtime.beginning import of_item
from portable_faas_aws.runtime.bucket import Bucket, Scratch
from portable_faas_aws.runtime.ends import TO
from portable_faas_aws.runtime.ledger import Silence
from portable_faas_aws.runtime.offload import Values
from portable_faas_aws.runtime.outside import Code, Stores
from portable_faas_aws.runtime.report import Report
from portable_faas_aws.runtime.row import FUNCTION as TABLE
from portable_faas_aws.runtime.row import Peek, Table
from portable_faas_aws.runtime.step import Invocation

# Of a step that is only run again: nothing comes after it, nothing is counted, and nothing stops it.
_ALONE: Final[dict[str, Any]] = {"next": [], "ahead": {}, "history": None, "suspendable": False}


def prepared(code: Code, payload: dict[str, Any], bucket: Bucket, table: Table = TABLE) -> dict[str, Any] | None:
    """The call of the activity that an invocation carries out, found again from what it was given.

    For the history: a Lambda that died or took too long left no word of what the Python before its activity had
    prepared. That Python has no effects, or it would not have been in this Lambda.
    """
    values = Values(payload["key"], Scratch(bucket))
    stores = Stores(bucket, Peek(table), Silence())
    if "item" in payload:
        return of_item(Invocation(code, "", payload, values, stores), payload["item"])
    if "call" in payload or "site" not in payload:
        return payload.get("call")
    step = Invocation(code, "", {**values.grown(payload), **_ALONE}, values, stores)
    try:
        step.run()
    except Report as found:
        name = type(found).__name__
        call: dict[str, Any] | None = values.grown(json.loads(str(found)).get("call"))
        return call if name == TO + payload["site"] else None
    return None
