"""The registered functions of 2.x over Microsoft's own in-memory backend, in real time; ``make durable2`` runs it.

The stand-in host speaks the protocol of 2.x as we have read it; this backend is Microsoft's reading of it. It has no
virtual clock, so the scenarios that wait are left out.
"""

import asyncio
import base64
import inspect
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from portable_faas.testing.conformance import Scenario, discover
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scenario import MISSING, Case
from portable_faas.values import dumps, loads

pytest.importorskip("durabletask", reason="not run: azure-functions-durable 2.x is not installed (make durable2)")

import grpc
from durabletask.client import OrchestrationStatus, TaskHubGrpcClient
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.internal import orchestrator_service_pb2_grpc as stubs
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.runtime import function_app
from portable_faas_azure.runtime.envelope import failure_of

WAITS = ("sleep", "retry=", "Retry(", "timeout", "limit")
# gRPC takes 4 MiB by default; the scenarios of large values are about values up to 16.
LARGE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SCENARIOS = [
    scenario
    for scenario in discover("flow")
    if not any(word in inspect.getsource(import_module(scenario.module)) for word in WAITS)
]


class Pump:
    """Hands the work items of the backend to the functions, as the Functions host does."""

    def __init__(self, functions: Functions, channel: Any) -> None:
        self._functions = functions
        self._stub = stubs.TaskHubSidecarServiceStub(channel)
        self._items = self._stub.GetWorkItems(
            pb.GetWorkItemsRequest(maxConcurrentOrchestrationWorkItems=10, maxConcurrentActivityWorkItems=10)
        )
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._items.cancel()
        self._thread.join(timeout=10)

    def _pump(self) -> None:
        with asyncio.Runner() as runner:
            try:
                for item in self._items:
                    runner.run(self._work(item))
            except grpc.RpcError as ended:
                if ended.code() is not grpc.StatusCode.CANCELLED:
                    raise

    async def _work(self, item: Any) -> None:
        if item.HasField("orchestratorRequest"):
            self._stub.CompleteOrchestratorTask(await self._turn(item.orchestratorRequest, item.completionToken))
        elif item.HasField("activityRequest"):
            self._stub.CompleteActivityTask(await self._activity(item.activityRequest, item.completionToken))

    async def _turn(self, request: Any, token: str) -> Any:
        started = [event for event in (*request.pastEvents, *request.newEvents) if event.HasField("executionStarted")]
        body = base64.b64encode(request.SerializeToString()).decode()
        answer = pb.OrchestratorResponse()
        name = started[-1].executionStarted.name
        answer.ParseFromString(base64.b64decode(await self._functions.orchestrate_new(name, body)))
        answer.completionToken = token
        return answer

    async def _activity(self, request: Any, token: str) -> Any:
        result: Any = self._functions.activity(request.name, request.input.value)()
        if inspect.isawaitable(result):
            result = await result
        done = {"value": self._functions.encoded(result)}
        place = request.orchestrationInstance.instanceId
        return pb.ActivityResponse(instanceId=place, taskId=request.taskId, result=done, completionToken=token)


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    """The address of the backend. Its own ``start`` would listen on all interfaces."""
    made = InMemoryOrchestrationBackend(max_history_size=100_000)
    server = made._server = grpc.server(ThreadPoolExecutor(max_workers=10), options=LARGE)
    stubs.add_TaskHubSidecarServiceServicer_to_server(made, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    made.stop()


def ended(address: str, scenario: Scenario, case: Case) -> tuple[Any, tuple[str, str] | None]:
    """The output as plain JSON, or the error."""
    signature = scenario.main.signature()
    given = () if case.input is MISSING else (case.input,)
    wire = signature.encode_args(given, {})
    text = dumps(wire[signature.names[0]], "input") if given else None
    channel = grpc.insecure_channel(address, LARGE)
    client = TaskHubGrpcClient(channel=channel)
    try:
        started = client.schedule_new_orchestration("main", input=text, instance_id=uuid4().hex)
        state = client.wait_for_orchestration_completion(started, timeout=30)
    finally:
        client.close()
        channel.close()
    assert state is not None
    if state.runtime_status is OrchestrationStatus.COMPLETED:
        return loads(json.loads(state.serialized_output or "null")), None
    assert state.failure_details is not None
    failure = failure_of(state.failure_details.message)
    return None, (failure.type, failure.message)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_flow(backend: str, scenario: Scenario) -> None:
    channel = grpc.insecure_channel(backend, LARGE)
    pump = Pump(Functions(function_app(scenario.app)), channel)
    try:
        for case in scenario.cases:
            with scratch_folder():
                output, error = ended(backend, scenario, case)
            assert error == case.error
            if error is None:
                found = scenario.main.signature().decode_result(output)
                assert found == case.output
                assert type(found) is type(case.output)
    finally:
        pump.close()
        channel.close()
