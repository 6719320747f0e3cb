"""The durable HTTP API: each route with its status codes and JSON, and the SDK's own client against it."""

import json
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import azure.durable_functions as df
import pytest
from azure.durable_functions.models.utils import http_utils
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.management import Answer, Management, Request
from portable_faas_azure.emulator.server import Server
from portable_faas_azure.runtime.line import LINE

HUB = "Managed"
BASE = "http://127.0.0.1:1/runtime/webhooks/durabletask"


def add_one(payload: int) -> int:
    return payload + 1


def twice(context: Any) -> Generator[Any, Any, int]:
    first = yield context.call_activity("add_one", context.get_input())
    second: int = yield context.call_activity("add_one", first)
    return second


def naps(context: Any) -> Generator[Any, Any, str]:
    context.set_custom_status({"nap": 1})
    yield context.create_timer(context.current_utc_datetime + timedelta(hours=1))
    return "slept"


def listens(context: Any) -> Generator[Any, Any, list[Any]]:
    first = yield context.wait_for_external_event("go")
    second = yield context.wait_for_external_event("go")
    return [first, second]


def fails(context: Any) -> Generator[Any, Any, None]:
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=1))
    raise LookupError("gone")


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    LINE.prepare()
    app = df.DFApp()
    app.activity_trigger(input_name="payload")(add_one)
    for orchestrator in (twice, naps, listens, fails):
        app.orchestration_trigger(context_name="context")(orchestrator)
    opened = Host(Functions(app))
    await opened.open()
    yield opened
    await opened.close()


class Api:
    """Asks the API of a host without a socket."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.management = Management(host, HUB, "the key")

    async def __call__(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None, **query: str
    ) -> Answer:
        given = {"Content-Type": "application/json"} if headers is None else headers
        asked = Request(method, path, query, given, body.encode(), BASE, f"{BASE}/{path}?the=query")
        return await self.management.answer(asked)

    async def status(self, instance_id: str, **query: Any) -> Any:
        return (await self("GET", f"instances/{instance_id}", **query)).body

    async def end(self, instance_id: str) -> None:
        await self.host.finished(self.host.get(instance_id), None)


@pytest.fixture
def api(host: Host) -> Api:
    return Api(host)


async def test_start_gives_the_links_and_the_status_goes_from_202_to_200(api: Api) -> None:
    started = await api("POST", "orchestrators/twice/one", "40")
    assert started.status == 202
    assert started.headers == {"Location": started.body["statusQueryGetUri"], "Retry-After": "5"}
    assert started.body["id"] == "one"
    end = "taskHub=Managed&connection=Storage&code=the%20key"
    assert started.body["sendEventPostUri"] == f"{BASE}/instances/one/raiseEvent/{{eventName}}?{end}"
    assert started.body["terminatePostUri"] == f"{BASE}/instances/one/terminate?reason={{text}}&{end}"
    assert set(started.body) == {"id"} | {
        f"{name}Uri"
        for name in (
            "statusQueryGet",
            "sendEventPost",
            "terminatePost",
            "purgeHistoryDelete",
            "restartPost",
            "suspendPost",
            "resumePost",
        )
    }
    pending = await api("GET", "instances/one")
    assert (pending.status, pending.body["runtimeStatus"], pending.body["output"]) == (202, "Pending", None)
    assert pending.headers == {"Location": f"{BASE}/instances/one?the=query", "Retry-After": "5"}
    await api.end("one")
    done = await api("GET", "instances/one")
    assert (done.status, done.headers) == (200, {})
    moment = datetime.fromtimestamp(api.host.get("one").created // 1000, tz=UTC)
    created = moment.isoformat().replace("+00:00", "Z")
    assert done.body == {
        "name": "twice",
        "instanceId": "one",
        "runtimeStatus": "Completed",
        "input": 40,
        "customStatus": None,
        "output": 42,
        "createdTime": created,
        "lastUpdatedTime": created,
    }
    assert (await api.status("one", showInput="false"))["input"] is None


async def test_history_is_shown_on_demand_and_its_results_too(api: Api) -> None:
    await api("POST", "orchestrators/twice/one", "40")
    await api.end("one")
    bare = (await api.status("one", showHistory="true"))["historyEvents"]
    assert [found["EventType"] for found in bare] == [
        "ExecutionStarted",
        "TaskCompleted",
        "TaskCompleted",
        "ExecutionCompleted",
    ]
    assert bare[0]["FunctionName"] == "twice"
    assert set(bare[1]) == {"EventType", "FunctionName", "ScheduledTime", "Timestamp"}
    assert set(bare[3]) == {"EventType", "OrchestrationStatus", "Timestamp"}
    full = (await api.status("one", showHistory="true", showHistoryOutput="true"))["historyEvents"]
    assert [found.get("Result") for found in full] == [None, 41, 42, 42]


async def test_wrong_starts_are_refused(api: Api) -> None:
    unknown = await api("POST", "orchestrators/nobody", "1")
    assert unknown.status == 400
    assert "'nobody' doesn't exist" in unknown.body["ExceptionMessage"]
    assert (await api("POST", "orchestrators/twice", "{")).body["Message"] == "Invalid JSON content"
    for wrong in ("@one", "x" * 101, "a#b", "a\x07b"):
        assert (await api("POST", f"orchestrators/twice/{wrong}", "1")).status == 400
    assert (await api("POST", "orchestrators/naps/" + "x" * 100)).status == 202
    assert (await api("POST", "orchestrators/naps/one")).status == 202
    taken = await api("POST", "orchestrators/naps/one")
    assert (taken.status, taken.body["Message"]) == (
        409,
        "An Orchestration instance with the status Pending already exists.",
    )
    await api("POST", "instances/one/terminate")
    assert (await api("POST", "orchestrators/naps/one")).status == 202
    assert (await api("GET", "orchestrators/naps")).status == 404


async def test_starting_and_waiting_gives_the_output_or_the_links(api: Api) -> None:
    asked: dict[str, Any] = {"timeout": "10", "pollingInterval": "1"}
    done = await api("POST", "orchestrators/twice", "40", **asked)
    assert (done.status, done.body) == (200, 42)
    late = await api("POST", "orchestrators/naps/late", **asked)
    assert (late.status, late.body["id"]) == (202, "late")
    failed = await api("POST", "orchestrators/fails", **asked)
    assert (failed.status, failed.body["runtimeStatus"]) == (200, "Failed")
    assert (await api("POST", "orchestrators/twice", "1", timeout="1", pollingInterval="2")).status == 400


async def test_terminate_ends_an_instance_and_a_finished_one_is_gone(api: Api) -> None:
    await api("POST", "orchestrators/naps/one")
    await api.host.advance(1)
    assert (await api("POST", "instances/one/terminate", reason="why not")).status == 202
    status = await api.status("one")
    assert (status["runtimeStatus"], status["output"], status["customStatus"]) == (
        "Terminated",
        "why not",
        {"nap": 1},
    )
    for operation in ("terminate", "suspend", "resume", "raiseEvent/go"):
        assert (await api("POST", f"instances/one/{operation}", "1")).status == 410
        assert (await api("POST", f"instances/nobody/{operation}", "1")).status == 404


async def test_a_suspended_instance_begins_no_turn_and_loses_nothing(api: Api) -> None:
    await api("POST", "orchestrators/naps/one")
    await api.host.advance(1)
    assert (await api("POST", "instances/one/suspend", reason="wait")).status == 202
    await api.host.advance(4000)
    suspended = await api("GET", "instances/one")
    assert (suspended.status, suspended.body["runtimeStatus"]) == (202, "Suspended")
    assert (await api("POST", "instances/one/resume")).status == 202
    await api.end("one")
    events = (await api.status("one", showHistory="true"))["historyEvents"]
    assert [found["EventType"] for found in events] == [
        "ExecutionStarted",
        "ExecutionSuspended",
        "ExecutionResumed",
        "TimerFired",
        "ExecutionCompleted",
    ]


async def test_an_instance_that_is_suspended_before_its_first_turn_runs_when_resumed(api: Api) -> None:
    await api("POST", "orchestrators/twice/one", "1")
    await api("POST", "instances/one/suspend")
    await api.host.advance(1)
    assert (await api.status("one"))["runtimeStatus"] == "Suspended"
    await api("POST", "instances/one/resume")
    await api.end("one")
    assert (await api.status("one"))["output"] == 3


async def test_events_are_taken_in_order_whenever_they_come(api: Api) -> None:
    await api("POST", "orchestrators/listens/one")
    await api.host.advance(1)
    for number in (1, 2):
        assert (await api("POST", "instances/one/raiseEvent/go", f'{{"n": {number}}}')).status == 202
        await api.host.advance(1)
    await api.end("one")
    assert (await api.status("one"))["output"] == [{"n": 1}, {"n": 2}]


async def test_wrong_events_are_refused(api: Api) -> None:
    await api("POST", "orchestrators/listens/one")
    path = "instances/one/raiseEvent/go"
    assert (await api("POST", path, "1", headers={"Content-Type": "text/plain"})).status == 400
    wrong = await api("POST", path, "nothing", headers={"Content-Type": "application/json; charset=utf-8"})
    assert (wrong.status, wrong.body["Message"]) == (400, "Invalid JSON content")
    assert (await api("GET", path)).status == 404


async def test_purge_forgets_finished_instances_only(api: Api) -> None:
    await api("POST", "orchestrators/naps/one")
    assert (await api("DELETE", "instances/one")).status == 412
    await api("POST", "instances/one/terminate")
    purged = await api("DELETE", "instances/one")
    assert (purged.status, purged.body) == (200, {"instancesDeleted": 1})
    assert (await api("DELETE", "instances/one")).status == 404


async def test_purge_by_filter_needs_a_beginning(api: Api) -> None:
    for name in ("a", "b"):
        await api("POST", f"orchestrators/twice/{name}", "1")
        await api.end(name)
    await api("POST", "orchestrators/naps/live")
    assert (await api("DELETE", "instances", runtimeStatus="Completed")).status == 400
    long_ago: dict[str, Any] = {"createdTimeFrom": "2020-01-01T00:00:00Z"}
    assert (await api("DELETE", "instances", runtimeStatus="Failed", **long_ago)).status == 404
    assert (await api("DELETE", "instances/", runtimeStatus="Completed,Failed", **long_ago)).body == {
        "instancesDeleted": 2
    }
    assert list(api.host.instances) == ["live"]


async def test_list_filters_and_goes_on_where_a_page_ended(api: Api) -> None:
    for name in ("b-1", "a-2", "a-1"):
        await api("POST", f"orchestrators/naps/{name}")
    await api.host.advance(100)
    middle = "2020-01-01T00:00:00Z"
    await api("POST", "orchestrators/twice/a-3", "1")
    await api.end("a-3")

    async def listed(**query: Any) -> list[str]:
        return [found["instanceId"] for found in (await api("GET", "instances", **query)).body]

    assert await listed() == ["a-1", "a-2", "a-3", "b-1"]
    assert await listed(instanceIdPrefix="a-") == ["a-1", "a-2", "a-3"]
    assert await listed(runtimeStatus="Completed,Nonsense") == ["a-3"]
    assert await listed(createdTimeFrom=middle, createdTimeTo=middle) == []
    late = api.host.get("a-3").created / 1000
    since = datetime.fromtimestamp(late).astimezone().isoformat()
    assert await listed(createdTimeFrom=since) == ["a-3"]
    assert await listed(createdTimeFrom="nonsense", top="nonsense") == ["a-1", "a-2", "a-3", "b-1"]

    first = await api("GET", "instances", top="3")
    assert [found["instanceId"] for found in first.body] == ["a-1", "a-2", "a-3"]
    rest = await api("GET", "instances", headers=dict(first.headers), top="3")
    assert ([found["instanceId"] for found in rest.body], rest.headers) == (["b-1"], {})
    assert (await api("GET", "instances", headers={"x-ms-continuation-token": "!"})).status == 400


async def test_restart_and_rewind(api: Api) -> None:
    await api("POST", "orchestrators/twice/one", "1")
    assert (await api("POST", "instances/one/restart", restartWithNewInstanceId="false")).status == 409
    await api.end("one")
    anew = (await api("POST", "instances/one/restart")).body["id"]
    assert anew != "one"
    assert (await api("POST", "instances/one/restart", restartWithNewInstanceId="false")).body["id"] == "one"
    await api.end("one")
    await api.end(anew)
    assert (await api.status(anew))["output"] == (await api.status("one"))["output"] == 3
    assert (await api("POST", "instances/nobody/restart")).status == 400
    assert (await api("POST", "instances/one/rewind")).status == 412
    assert (await api("POST", "instances/nobody/rewind")).status == 404
    await api("POST", "orchestrators/fails/two")
    await api.end("two")
    assert (await api("POST", "instances/two/rewind")).status == 501


async def test_a_failure_is_200_unless_500_is_wanted(api: Api) -> None:
    await api("POST", "orchestrators/fails/one")
    await api.end("one")
    assert (await api("GET", "instances/one")).status == 200
    failed = await api("GET", "instances/one", returnInternalServerErrorOnFailure="true")
    assert failed.status == 500
    assert failed.body["output"] == "Orchestrator function 'fails' failed: gone"


async def test_another_hub_connection_or_route_is_not_here(api: Api) -> None:
    assert (await api("GET", "instances", taskHub="managed", connection="Storage")).status == 200
    assert (await api("GET", "instances", taskHub="Other")).status == 400
    assert (await api("GET", "instances", connection="Other")).status == 400
    assert (await api("GET", "nonsense")).status == 404
    assert (await api("PUT", "instances/one")).status == 404
    assert (await api("POST", "instances/one/nonsense")).status == 404
    assert (await api("POST", "entities/counter/one")).status == 404
    assert (await api("GET", "entities/counter/one")).status == 404


@pytest.fixture
async def server(host: Host) -> AsyncIterator[Server]:
    opened = Server(host, HUB)
    await opened.open()
    yield opened
    await opened.close()


async def test_web_hooks_need_the_key_and_the_local_endpoint_does_not(server: Server) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:

        async def asked(path: str, **headers: str) -> int:
            async with session.get(path, headers=headers) as answer:
                return answer.status

        assert await asked("/runtime/webhooks/durabletask/instances") == 401
        assert await asked("/runtime/webhooks/durabletask/instances?code=wrong") == 401
        assert await asked(f"/runtime/webhooks/durableTask/instances?code={server.key}") == 200
        assert await asked("/runtime/webhooks/durabletask/instances", **{"x-functions-key": server.key}) == 200
        assert await asked("/durabletask/instances/nobody") == 404
        assert await asked("/emulator/records") == 401
        assert await asked(f"/emulator/records/nobody?code={server.key}") == 404


async def test_two_servers_cannot_have_one_port(host: Host, server: Server) -> None:
    second = Server(host, HUB)
    with pytest.raises(OSError, match="in use"):
        await second.open(server.port)
    await second.close()


async def test_the_client_of_the_sdk_drives_it(host: Host, server: Server) -> None:
    root = f"http://127.0.0.1:{server.port}"
    base = f"{root}/runtime/webhooks/durabletask"
    binding = {
        "taskHubName": HUB,
        "creationUrls": {"createNewInstancePostUri": f"{base}/orchestrators/{{functionName}}"},
        "managementUrls": {"id": "INSTANCEID", "statusQueryGetUri": f"{base}/instances/INSTANCEID"},
        "baseUrl": base,
        "requiredQueryStringParameters": f"code={server.key}",
        "rpcBaseUrl": f"{root}/durabletask/",
    }
    client = df.DurableOrchestrationClient(json.dumps(binding))
    try:
        assert await client.start_new("listens", "one") == "one"
        await client.raise_event("one", "go", {"a": 1})
        await client.raise_event("one", "go")
        await host.finished(host.get("one"), None)
        status = await client.get_status("one", show_history=True, show_input=True)
        assert status.runtime_status is df.OrchestrationRuntimeStatus.Completed
        # The SDK dumps the data twice, so the real host hands it on as text, too (azure-functions-durable-python#295).
        assert status.output == ['{"a": 1}', "null"]
        with pytest.raises(Exception, match="doesn't exist"):
            await client.start_new("nobody")
        await client.start_new("naps", "two")
        await client.suspend("two", "a reason")
        await client.resume("two", "a reason")
        await client.terminate("two", "a reason")
        assert (await client.get_status("two")).output == "a reason"
        found = await client.get_status_by(
            datetime(2020, 1, 1), runtime_status=[df.OrchestrationRuntimeStatus.Completed]
        )
        assert [one.instance_id for one in found] == ["one"]
        assert len(await client.get_status_all()) == 2
        assert (await client.purge_instance_history("two")).instances_deleted == 1
        assert (await client.purge_instance_history("two")).instances_deleted == 0
    finally:
        session: Any = getattr(http_utils, "_client_session", None)
        if session is not None:
            await session.close()
            http_utils._client_session = None
