"""An account as an engine: instances are executions of state machines, found through the table of instances."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, final
from uuid import uuid4

from portable_faas.app import App, Orchestrator
from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists, InstanceNotFound, NotPortable
from portable_faas.history import EPOCH, MILLISECOND, Event
from portable_faas.provider import FINISHED, Query, Record, Stateless, StatusName
from portable_faas.values import capture, dumps, encode
from portable_faas.values.wire import MAX_BYTES, TOO_BIG
from portable_faas_aws.client.account import Account
from portable_faas_aws.client.executions import Executions
from portable_faas_aws.client.history import events
from portable_faas_aws.client.instances import Instance, Instances
from portable_faas_aws.compile import loaded
from portable_faas_aws.runtime.bucket import S3Bucket
from portable_faas_aws.runtime.failures import reported
from portable_faas_aws.runtime.offload import MARK, ROOM, SUMMED, Values, prefix, size
from portable_faas_aws.runtime.step import Code, prepared

T = TypeVar("T")
STATUS: Final[Mapping[str, StatusName]] = {
    "RUNNING": "Running",
    "PENDING_REDRIVE": "Running",
    "SUCCEEDED": "Completed",
    "FAILED": "Failed",
    "TIMED_OUT": "Failed",
    "ABORTED": "Terminated",
}
# A row is written before its execution starts. One without an execution is about to get it, or its starter has died;
# an old one had it, and the platform has forgotten it (90 days after its end: Step Functions Developer Guide, quotas).
_STARTING: Final = 24 * 60 * 60 * 1000  # milliseconds
_SHOWN: Final = 12  # digits of the key in the name of an execution: at most 64 + 1 + 12 of 80 characters


@final
class AccountBackend(Stateless):
    """The engine; ``open`` gives the account when the first request comes."""

    engine = "aws"

    def __init__(self, app: App, open: Callable[[], Account]) -> None:
        self._app = app
        self._open = open
        self._opened: Account | None = None
        self._code: Code | None = None
        self._closed = False

    def _account(self) -> Account:
        if self._closed:
            raise RuntimeError("this client is closed; connect again")
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    async def _do(self, work: Callable[[], T]) -> T:
        """boto3 blocks, so it works in a thread."""
        return await asyncio.to_thread(work)

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an execution, and make the row say so."""
        await self._do(lambda: self._start(orchestrator.name, input, instance_id, if_exists))

    def _start(self, orchestrator: str, text: str | None, instance_id: str, if_exists: IfExists) -> None:
        account = self._account()
        instances = Instances(account)
        key = str(uuid4())
        name = f"{instance_id}-{key.replace('-', '')[:_SHOWN]}"
        machine = account.machines[orchestrator]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        given: Any = text
        if text is not None and size({"id": instance_id, "key": key, "input": text}) > ROOM:
            given = self._values(key).put(text)
        started = Instance(instance_id, orchestrator, execution, key, given, account.now())
        while True:
            before = instances.get(instance_id)
            if before is not None and self._is_live(before):
                if if_exists == "raise":
                    raise InstanceExists(instance_id)
                return
            if instances.put(started, before):
                break
        self._execute(started)

    def _bucket(self) -> S3Bucket:
        account = self._account()
        return S3Bucket(lambda: (account.client("s3"), account.bucket))

    def _values(self, key: str) -> Values:
        return Values(key, self._bucket())

    def _execute(self, instance: Instance) -> None:
        """Start the execution of a row; whoever finds it missing may, since one name and input start it once."""
        account = self._account()
        client = account.client("stepfunctions")
        machine, name = account.machines[instance.orchestrator], instance.execution.rpartition(":")[2]
        given = {"id": instance.id, "key": instance.key, "input": instance.input}
        # it is there and has ended already, where another client has started it
        with contextlib.suppress(client.exceptions.ExecutionAlreadyExists):
            text = json.dumps(given, ensure_ascii=False)
            client.start_execution(stateMachineArn=machine, name=name, input=text)

    def _is_live(self, instance: Instance) -> bool:
        """Whether it goes on; the execution of a fresh row without one is started, so that it cannot start later."""
        instance, described = Executions(self._account()).last(instance)
        if described is None and instance.before is None and self._account().now() - instance.at < _STARTING:
            self._execute(instance)
            instance, described = Executions(self._account()).last(instance)
        return described is not None and STATUS[described["status"]] not in FINISHED

    def _instance(self, instance_id: str) -> Instance:
        found = Instances(self._account()).get(instance_id)
        if found is None:
            raise InstanceNotFound(instance_id)
        return found

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an execution."""
        if not await self._do(lambda: self._wait(self._instance(instance_id), timeout)):
            raise TimeoutError(f"instance {instance_id} has not finished within {timeout} s")
        return await self.status(instance_id)

    def _wait(self, instance: Instance, timeout: float | None) -> bool:
        """Wait for the end of the last execution of a run; False after ``timeout`` seconds."""
        account = self._account()
        latest = None if timeout is None else account.now() + 1000 * timeout
        while True:
            instance, described = Executions(account).last(instance)
            if described is not None and STATUS[described["status"]] in FINISHED:
                return True
            left = None if latest is None else max(0.0, (latest - account.now()) / 1000)
            if not account.wait(described["executionArn"] if described else instance.execution, left):
                return False

    async def status(self, instance_id: str) -> Record:
        """The instance as the execution and the row are now."""
        return await self._do(lambda: self._record(self._instance(instance_id)))

    def _record(self, instance: Instance) -> Record:
        instance, described = Executions(self._account()).last(instance)
        status: StatusName = "Pending" if described is None else STATUS[described["status"]]
        values = self._values(instance.key)
        output = values.grown(json.loads(described["output"])) if status == "Completed" else None
        error = _error(instance, status, described, values)
        refused = None if output is None else _refused(json.loads(described["output"]), output)
        if refused is not None:
            status, output, error = "Failed", None, refused
        created = (
            instance.at if described is None or instance.before is not None else _milliseconds(described["startDate"])
        )
        return Record(
            instance_id=instance.id,
            orchestrator=instance.orchestrator,
            status=status,
            input=values.grown(instance.input),
            output=output,
            error=error,
            custom_status=instance.custom_status,
            created_at=created,
            updated_at=_milliseconds(described["stopDate"]) if status in FINISHED else created,
        )

    async def terminate(self, instance_id: str, reason: str) -> None:
        """Stop the execution."""
        await self._do(lambda: self._terminate(self._instance(instance_id), reason))

    def _terminate(self, instance: Instance, reason: str) -> None:
        if self._is_live(instance):
            Instances(self._account()).give_reason(instance, reason)
            Executions(self._account()).stop(instance, reason)

    async def purge(self, instance_id: str) -> None:
        """Forget the row and what lies in S3; the platform forgets the execution after 90 days."""
        await self._do(lambda: self._purge(self._instance(instance_id)))

    def _purge(self, instance: Instance) -> None:
        if self._is_live(instance):
            raise InstanceExists(instance.id)
        Instances(self._account()).delete(instance.id)
        self._bucket().delete(prefix(instance.key))

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The neutral events of an execution."""
        return await self._do(lambda: self._history(self._instance(instance_id)))

    def _history(self, instance: Instance) -> Sequence[Event]:
        recorded = Executions(self._account()).recorded(instance)
        return events(list(recorded.values()), self._prepared, self._values(instance.key).grown)

    def _prepared(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        if self._code is None:
            self._code = loaded(self._app)
        return prepared(self._code, payload, self._bucket())

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        return await self._do(lambda: self._list(query))

    def _list(self, query: Query) -> Sequence[Record]:
        found: list[Record] = []
        for instance in Instances(self._account()).all():
            if query.limit is not None and len(found) == query.limit:
                break
            if _may_match(instance, query) and _matches(record := self._record(instance), query):
                found.append(record)
        return found

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        await self._do(lambda: self._account().advance(seconds))

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """State transitions and Lambda invocations."""
        return await self._do(lambda: self._usage(self._instance(instance_id)))

    def _usage(self, instance: Instance) -> Mapping[str, int]:
        counted: Counter[str] = Counter()
        for execution in Executions(self._account()).recorded(instance):
            counted.update(self._account().usage(execution))
        return counted

    async def close(self) -> None:
        """Let go of the account."""
        self._closed = True
        if self._opened is not None:
            await self._do(self._opened.close)


def _may_match(instance: Instance, query: Query) -> bool:
    return query.orchestrator in (None, instance.orchestrator) and instance.id.startswith(query.prefix or "")


def _matches(record: Record, query: Query) -> bool:
    return query.status in (None, record.status) and (query.since is None or record.created_at >= query.since)


def _milliseconds(moment: Any) -> int:
    return int((moment - EPOCH) / MILLISECOND + 0.5)


def _refused(given: Any, output: str) -> str | None:
    """The failure of a result that nobody but us joined or added, so that nobody could refuse it before."""
    try:
        if len(output) > MAX_BYTES // 4 and len(output.encode()) > MAX_BYTES:
            raise NotPortable("result", TOO_BIG)
        if type(given) is dict and given[MARK][0] == SUMMED:
            encode(int, int(output), "result")
    except NotPortable as wrong:
        return dumps(capture(wrong).to_wire(), "failure")
    return None


def _error(instance: Instance, status: str, described: Any, values: Values) -> str | None:
    if status == "Failed":
        cause = described.get("cause", "")
        failure = reported(described.get("error", "States.Timeout"), cause, values.failure)
        return dumps(failure.to_wire(), "failure")
    # who stops an execution by other means than this library leaves no reason in the row
    reason = described.get("cause", "") if instance.reason is None and described else instance.reason
    return dumps(reason, "reason") if status == "Terminated" else None
