"""Plays one batch of operations of an entity; decides, and changes nothing.

    operations  ->  Turn(output=the new state, outgoing=[an answer for each call])

What the function is sent and sends back is the protocol of ``azure-functions-durable`` 1.7 (``entity.py``,
``DurableEntityContext``).
"""

import json
from itertools import islice
from typing import Any, Final

from portable_faas_azure.emulator.history import EventType, Recorded, event
from portable_faas_azure.emulator.instance import Instance, Message, Turn
from portable_faas_azure.emulator.worker import Worker

OPERATIONS: Final = 50  # of one batch: maxEntityOperationBatchSize of the extension


async def play_batch(functions: Worker, entity: Instance, now: int) -> Turn:
    """The next batch. Where the function itself fails, the state stays and every operation has failed."""
    taken = dict(islice(entity.inbox.items(), OPERATIONS))
    operations = list(taken.values())
    name, key = entity.id[1:].split("@", 1)
    sent = {
        "self": {"name": name, "key": key},
        "exists": entity.output is not None,
        "state": entity.output,
        "batch": [_operation(each) for each in operations],
    }
    try:
        answered = await functions.entity(entity.name, sent)
        state, results = answered["entityState"], answered["results"]
    except Exception as wrong:
        failed = {"isError": True, "result": json.dumps(f"Entity function '{name}' failed: {wrong}")}
        state, results = entity.output, [failed] * len(operations)
    outgoing = [
        _answer(each["asker"], result, now) for each, result in zip(operations, results, strict=True) if each["asker"]
    ]
    return Turn([], "Running", state, None, now, tuple(taken), tuple(outgoing))


def _operation(message: Recorded) -> dict[str, Any]:
    return {
        "name": message["operation"],
        "input": json.dumps(message["input"]),
        "isSignal": message["asker"] is None,
    }


def _answer(asker: list[str], result: dict[str, Any], now: int) -> Message:
    instance_id, execution_id, message_id = asker
    told = {"result": result["result"]} | ({"exceptionType": "System.Exception"} if result["isError"] else {})
    body = event(EventType.EVENT_RAISED, now, Name=message_id, Input=json.dumps(told), Answer=True)
    return Message(instance_id, f"answer-{message_id}", body, execution_id)
