"""Runs a hand-written state machine on ``sfnx.testing``; its Lambdas take and give the plain JSON of one activity.

{"order_id": "A-1", "item": {...}}  ->  "A-1-desk"      or an error by the name of its class
"""

import asyncio
import inspect
import json
from pathlib import Path
from typing import Any, Final, final

from portable_faas_aws.runtime.calls import moment

from bench.transitions.ran import START, Ran, transitions, written
from portable_faas.app import Activity, App
from portable_faas.values import dumps
from tests.aws import interpreter
from tests.aws.interpreter import Call, Failure, Wait

FOLDER: Final = Path(__file__).with_name("machines")


def definition(name: str) -> dict[str, Any]:
    machine: dict[str, Any] = json.loads((FOLDER / f"{name}.asl.json").read_text("utf-8"))
    return machine


def run(app: App, name: str, given: object) -> Ran:
    """One run of the machine ``name`` with the JSON value ``given``."""
    tasks = _Tasks(app)
    machine = definition(name)
    done = interpreter.run(
        machine,
        given,
        tasks,
        functions={"millis": lambda *_: tasks.now},
        on_wait=tasks.wait,
        start_time=moment(START),
    )
    count = transitions(done.states, tasks.invoked)
    if done.error is None:
        return Ran(done.output, None, sorted(tasks.calls), tasks.status, count, len(tasks.invoked))
    error = done.error, json.loads(done.cause or "{}").get("errorMessage", done.cause)
    return Ran(None, error, sorted(tasks.calls), tasks.status, count, len(tasks.invoked))


@final
class _Tasks:
    def __init__(self, app: App) -> None:
        self.app = app
        self.calls: list[str] = []
        self.status: object = None
        self.invoked: list[str] = []  # the state of each call of a function
        self.now = START
        self.failed: object = None

    def wait(self, wait: Wait) -> None:
        """Time passes in Wait states only."""
        assert wait.seconds is not None, "these machines wait for seconds"
        self.now += 1000 * wait.seconds

    def __call__(self, call: Call) -> object:
        arguments: Any = call.arguments
        if call.resource.endswith("dynamodb:updateItem"):
            self.status = json.loads(arguments["ExpressionAttributeValues"][":status"]["S"])
            return {}
        self.invoked.append(call.state)
        payload = arguments["Payload"]
        activity = self.app.activities[arguments["FunctionName"].removeprefix("${function:").removesuffix("}")]
        if self.failed != (call.state, payload):  # else it is another attempt of the same call
            self.calls.append(written(activity.name, list(payload.values())))
        try:
            result = _invoked(activity, payload)
        except Exception as error:
            self.failed = (call.state, payload)
            cause = {"errorMessage": str(error), "errorType": type(error).__name__}
            raise Failure(type(error).__name__, json.dumps(cause)) from None
        self.failed = None
        return {"StatusCode": 200, "Payload": result}


def _invoked(activity: Activity[..., Any], payload: object) -> object:
    result = activity.signature().call(activity.fn, (), json.loads(json.dumps(payload)))
    if inspect.isawaitable(result):
        result = asyncio.run(_awaited(result))
    return json.loads(dumps(activity.signature().encode_result(result)))


async def _awaited(result: Any) -> object:
    return await result
