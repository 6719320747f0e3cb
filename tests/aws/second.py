"""An app on the second interpreter of state machines, ``sfnx.testing``: no moto, no processes, no time.

outcome = Second(app).run("main", "3")      outcome.output, outcome.error, outcome.calls, outcome.states
"""

import contextlib
import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from portable_faas_aws.compile import loaded
from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.placement import DEFAULT, Placement
from portable_faas_aws.lowering.verifier import LARGEST, size_of
from portable_faas_aws.lowering.verifier import verify as verify_machine
from portable_faas_aws.runtime.bucket import Scratch
from portable_faas_aws.runtime.calls import milliseconds, moment
from portable_faas_aws.runtime.entry import handler
from portable_faas_aws.runtime.failures import reported
from portable_faas_aws.runtime.moment import CLOCK
from portable_faas_aws.runtime.offload import Values
from portable_faas_aws.runtime.outside import Stores
from portable_faas_aws.runtime.prepared import prepared

from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.ir.verifier import verify
from tests.aws.interpreter import Call, Failure, Wait, run
from tests.aws.rows import Rows, Rung

START = 1_700_000_000_000  # milliseconds since 1970 UTC
INSTANCE = {"id": "one", "key": "6d5b8f7e-2f0b-4a55-9d6e-4c3c8a1d2e3f"}


@final
@dataclass(frozen=True)
class Outcome:
    """How a run ended; ``calls`` are the activity calls by fiber, as the conformance suite writes them."""

    output: str | None
    error: tuple[str, str] | None
    calls: list[str]
    status: str | None
    states: tuple[str, ...]
    invoked: tuple[str, ...]  # the state of each call of a function
    executions: int


class TooLarge(Exception):
    """The definition has more bytes than Step Functions takes; a build says so (``PackageError``)."""


@final
class Second:
    """One app, compiled; every run starts from nothing."""

    def __init__(self, app: App, placement: Placement = DEFAULT) -> None:
        self.app = app
        self.program = program(app)
        verify(self.program)
        self.placement = placement
        self.code = code = loaded(app)
        self.bucket = Scratch()
        self.values = Values(INSTANCE["key"], self.bucket)
        self.rung = Rung()
        stores = Stores(self.bucket, Rows(), self.rung)
        self.handlers = {name: handler(code, name, stores) for name in (*app.activities, *app.orchestrators)}
        self.machines: dict[str, dict[str, Any]] = {}

    def machine(self, orchestrator: str) -> dict[str, Any]:
        if orchestrator not in self.machines:
            made = self.machines[orchestrator] = machine(self.program, orchestrator, self.placement)
            if size_of(made) > LARGEST:
                raise TooLarge
            verify_machine(made)
        return self.machines[orchestrator]

    def run(self, orchestrator: str, text: str | None) -> Outcome:
        tasks = _Tasks(self)
        machine = self.machine(orchestrator)
        clock = {"toMillis": lambda *_moment: tasks.now}  # the moment that a state was entered

        def execution(given: Any) -> Any:
            tasks.executions += 1
            return run(machine, given, tasks, functions=clock, on_wait=tasks.wait, start_time=moment(tasks.now))

        tasks.execution = execution
        tasks.begun.append({**INSTANCE, "input": text})
        states: list[str] = []
        for given in tasks.begun:  # a successor is appended meanwhile
            done = execution(given)
            states += done.states
        if done.error is None:
            output: Any = self.values.grown(done.output)
            return tasks.outcome(output, None, states)
        failure = reported(done.error, done.cause or "", self.values.failure)
        return tasks.outcome(None, (failure.type, failure.message), states)


@final
class _Tasks:
    def __init__(self, second: Second) -> None:
        self.second = second
        self.fibers: dict[str, list[str]] = {}
        self.status: str | None = None
        self.invoked: list[str] = []
        self.now = START
        self.retried: dict[str, str] = {}
        self.begun: list[Any] = []
        self.executions = 0
        self.invoked_with_token = 0
        self.execution: Callable[[Any], Any]

    def outcome(self, output: str | None, error: tuple[str, str] | None, states: list[str]) -> Outcome:
        made = self.calls(), self.status, tuple(states), tuple(self.invoked), self.executions
        return Outcome(output, error, *made)

    def wait(self, wait: Wait) -> None:
        """Time passes in Wait states, and between attempts."""
        if wait.timestamp is not None:
            self.now = max(self.now, milliseconds(wait.timestamp))
        elif wait.seconds is not None:
            self.now += 1000 * wait.seconds

    def __call__(self, call: Call) -> object:
        arguments: Any = call.arguments
        if call.resource.endswith("dynamodb:updateItem"):
            written = arguments["ExpressionAttributeValues"]
            self.status = written[":status"]["S"] if ":status" in written else self.status
            return {}
        if call.resource.endswith("states:startExecution"):
            self.begun.append(json.loads(json.dumps(arguments["Input"])))
            return {}
        if call.resource.endswith("states:startExecution.sync:2"):
            done = self.execution(json.loads(json.dumps(arguments["Input"])))
            if done.error is not None:
                raise Failure("States.TaskFailed", json.dumps({"Error": done.error, "Cause": done.cause}))
            return {"Output": done.output, "Status": "SUCCEEDED"}
        name = arguments["FunctionName"].removeprefix("${function:").removesuffix("}")
        self.invoked.append(call.state)
        payload = json.loads(json.dumps(arguments["Payload"]))
        payload["at"] = moment(self.now)
        if "token" in payload:
            self.invoked_with_token += 1
            payload["token"] = f"token-{self.invoked_with_token}"  # each attempt has its own
        os.environ[CLOCK] = "given"  # of this process, which the handlers run in
        started = time.monotonic()
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                result = json.loads(json.dumps(self.second.handlers[name](payload, None)))
        except Exception as error:
            self.timed_out(call, started, payload)
            self.tried(call, payload, type(error).__name__)
            message = str(error)
            with contextlib.suppress(ValueError):
                self.note(payload, json.loads(message), failed=type(error).__name__)
            cause = {"errorMessage": message, "errorType": type(error).__name__, "stackTrace": []}
            raise Failure(type(error).__name__, json.dumps(cause)) from None
        self.timed_out(call, started, payload)
        self.note(payload, result)
        return self.rang(call, payload) if call.resource.endswith(".waitForTaskToken") else _answer(result)

    def rang(self, call: Call, payload: Any) -> object:
        """The end of a Task that waits for its bell; nobody rings after its Lambda, so then its time-out is next."""
        if payload["token"] in self.second.rung.tokens:
            return {}
        seconds = payload["listen"]["seconds"] if "listen" in payload else None
        if seconds is None:
            raise AssertionError(f"{call.state} waits for ever")
        self.now += 1000 * max(1, seconds)
        raise Failure("States.Timeout", "")

    def tried(self, call: Call, payload: Any, error: str) -> None:
        """The pause before the next attempt, if there is one."""
        retriers = _state(self.second.machines, call.state).get("Retry", [])
        retrier = next((each for each in retriers if error in each["ErrorEquals"]), None)
        attempts = payload.get("tried", 0)
        if retrier is None or attempts >= retrier["MaxAttempts"]:
            return
        pause = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempts
        self.now += 1000 * min(int(pause), retrier.get("MaxDelaySeconds", int(pause)))

    def timed_out(self, call: Call, started: float, payload: Any) -> None:
        limit = _state(self.second.machines, call.state).get("TimeoutSeconds")
        if isinstance(limit, int) and time.monotonic() - started > limit:
            self.note(payload, {"ran": prepared(self.second.code, payload, self.second.bucket)})
            raise Failure("States.Timeout", "")

    def note(self, payload: Any, result: Any, failed: str = "") -> None:
        """Write down the call of an activity once, however often it is tried."""
        ran = self.second.values.grown(result.get("ran") or payload.get("call"))
        if not ran or "args" not in ran:
            return
        arguments = json.loads(ran["args"]).values()
        shown = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in arguments)
        made = f"{ran['kind']}({shown})"
        if self.retried.pop(ran["fiber"], None) != made:
            self.fibers.setdefault(ran["fiber"], []).append(made)
        if failed in ("pfaas.retry", "pfaas.again"):
            self.retried[ran["fiber"]] = made

    def calls(self) -> list[str]:
        return sorted("; ".join(made) for made in self.fibers.values())


def _answer(result: Any) -> object:
    return {"StatusCode": 200, "Payload": result}


def _state(machines: Any, name: str) -> Any:
    work = list(machines.values())
    while work:
        found = work.pop()
        if isinstance(found, dict):
            if name in found.get("States", {}):
                return found["States"][name]
            work += list(found.values())
        elif isinstance(found, list):
            work += found
    raise KeyError(name)
