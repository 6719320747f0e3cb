"""An account as an engine: instances are executions of state machines, found through the table of instances."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from logging import getLogger
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, final
from uuid import uuid4

from portable_faas.app import App, Orchestrator
from portable_faas.client import Client
from portable_faas.context.instances import IfExists
from portable_faas.errors import InboxFull, InstanceExists, InstanceFinished, InstanceNotFound, NotPortable
from portable_faas.history import EPOCH, MILLISECOND, Event
from portable_faas.provider import FINISHED, Query, Record, StatusName
from portable_faas.resources.queue import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.receiving import policy_of
from portable_faas.values import Failure, capture, dumps, encode, rebuild
from portable_faas.values.wire import MAX_BYTES, TOO_BIG
from portable_faas_aws.client.account import Account
from portable_faas_aws.client.calling import fetched, is_absolute
from portable_faas_aws.client.executions import STATUS, Executions
from portable_faas_aws.client.history import events, with_suspensions
from portable_faas_aws.client.instances import Instance, Instances
from portable_faas_aws.client.starting import Start, Starter
from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.bucket import S3Bucket
from portable_faas_aws.runtime.coroutines import blocking
from portable_faas_aws.runtime.entity import Operation, operate
from portable_faas_aws.runtime.failures import reported
from portable_faas_aws.runtime.inbox import unsettle
from portable_faas_aws.runtime.ledger import StepFunctionsBells, row_of
from portable_faas_aws.runtime.offload import MARK, SUMMED, Values, prefix, size
from portable_faas_aws.runtime.places import Places
from portable_faas_aws.runtime.prepared import prepared
from portable_faas_aws.runtime.receiving import queue_of
from portable_faas_aws.runtime.retention import let_go
from portable_faas_aws.runtime.row import Body, DynamoTable
from portable_faas_aws.runtime.services import AwsServices

if TYPE_CHECKING:
    from portable_faas_aws.runtime.outside import Code

T = TypeVar("T")
LAST_STATE: Final = 10.0  # seconds that the end of an execution may take which has told of its end
FIRST_LOOK, LONGEST_LOOK = 0.25, 5.0  # seconds between two looks at an entity that somebody holds
LOG: Final = getLogger("portable_faas.aws")
INLINE: Final = 16 * 1024  # bytes of an event in the row of its instance, which has 400 KB; larger ones lie in S3
CROWDED: Final = 100 * 1024  # bytes of such a row, to which nothing large is added


@final
class AccountBackend:
    """The engine; ``open`` gives the account when the first request comes."""

    engine = "aws"

    def __init__(self, app: App, open: Callable[[], Account]) -> None:
        self._app = app
        self._open = open
        self._opened: Account | None = None
        self._opening = Lock()
        self._code: Code | None = None
        self._closed = False
        self.services: Final = AwsServices(
            app, Places(self._named), S3Bucket(self._values_bucket), self.now, lambda: Client(app, self)
        )

    def _account(self) -> Account:
        with self._opening:  # requests work in threads, and the first ones may come together
            if self._closed:
                raise RuntimeError("this client is closed; connect again")
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _named(self) -> tuple[Mapping[str, str], Callable[[str], Any]]:
        account = self._account()
        return account.resources, account.client

    def _values_bucket(self) -> tuple[Any, str]:
        account = self._account()
        return account.client("s3"), account.bucket

    def now(self) -> int:
        """The time of the account."""
        return self._account().now()

    async def serve(self, origin: str = "") -> None:
        """Open the account: queues and schedules of an emulated one are at work from then on."""
        await self._do(self._account)

    async def answer(self, request: Request) -> Answer:
        """What the app answers to a request, or whoever a signed URL names."""
        if is_absolute(request):
            return await self._do(lambda: fetched(request))
        return await self._do(lambda: self._account().answer(request))

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What a function was given and could not do."""
        queue, attempts = queue_of(function), policy_of(function).attempts
        return await self._do(lambda: self.services.queues.dead(queue, None, attempts))

    async def _do(self, work: Callable[[], T]) -> T:
        """boto3 blocks, so it works in a thread; in a function there may be no loop."""
        return await blocking(work)

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an execution, and make the row say so."""
        await self._do(lambda: self._start(orchestrator.name, input, instance_id, if_exists))

    def _start(self, orchestrator: str, text: str | None, instance_id: str, if_exists: IfExists) -> None:
        Starter(self._account()).start(Start(orchestrator, instance_id, str(uuid4()), text, if_exists))

    def _bucket(self) -> S3Bucket:
        return S3Bucket(self._values_bucket)

    def _values(self, key: str) -> Values:
        return Values(key, self._bucket())

    def _is_live(self, instance: Instance) -> bool:
        return Starter(self._account()).is_live(instance)

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
        if instance.ending and described is not None and described["status"] == "RUNNING":
            self._account().wait(described["executionArn"], LAST_STATE)
            described = Executions(self._account()).described(described["executionArn"])
        status: StatusName = "Pending" if described is None else STATUS[described["status"]]
        if status == "Running" and self._is_suspended(instance):
            status = "Suspended"
        values = self._values(instance.key)
        output = values.grown(json.loads(described["output"])) if status == "Completed" else None
        error = _error(instance, status, described, values)
        refused = None if output is None else _refused(json.loads(described["output"]), output)
        if refused is not None:
            status, output, error = "Failed", None, refused
        if status in FINISHED and instance.expires is None and self._app.retention is not None:
            let_go(self._account(), instance, self._app.retention)  # nobody has heard of its end yet
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

    async def call_entity(self, entity: str, key: str, operation: str, args: str) -> str:
        """Carry out an operation in this process, on the row of the entity."""
        failed, text = await self._do(lambda: self._operate(entity, key, operation, args))
        if failed:
            raise rebuild(Failure.from_wire(json.loads(text)))
        return text

    async def signal_entity(self, entity: str, key: str, operation: str, args: str) -> None:
        """The same, where nobody asks for the outcome; if somebody holds the entity it waits in the row."""
        await self._do(lambda: self._signal(entity, key, operation, args))

    def _operate(self, entity: str, key: str, operation: str, args: str) -> tuple[bool, str]:
        """Carry it out, once who holds the entity has let go of it."""
        name, pause = str(uuid4()), FIRST_LOOK
        given = Operation(self._app.entities[entity], key, operation, args, name)
        while True:
            found = operate(self._table(), self._values(f"entity-{name}"), given, noted=pause > FIRST_LOOK)
            if found is not None:
                return found
            Starter(self._account()).locks().expire([(entity, key)])
            self._account().rest(pause)
            pause = min(LONGEST_LOOK, 2 * pause)

    def _signal(self, entity: str, key: str, operation: str, args: str) -> None:
        name = str(uuid4())
        given = Operation(self._app.entities[entity], key, operation, args, name, signal=True)
        found = operate(self._table(), self._values(f"entity-{name}"), given)
        if found is None:
            Starter(self._account()).locks().expire([(entity, key)])
        elif found[0]:
            LOG.warning("signal %s.%s of %r failed: %s", entity, operation, key, found[1])

    async def terminate(self, instance_id: str, reason: str) -> None:
        """Stop the execution."""
        await self._do(lambda: self._terminate(self._instance(instance_id), reason))

    def _terminate(self, instance: Instance, reason: str) -> None:
        Starter(self._account()).end(instance, reason)

    async def suspend(self, instance_id: str) -> None:
        """Say so in the inbox, which every Lambda of a suspendable orchestrator reads before it starts anything."""
        await self._do(lambda: self._suspend(self._instance(instance_id)))

    def _suspend(self, instance: Instance) -> None:
        if not self._is_live(instance):
            raise InstanceFinished(instance.id)
        now = self._account().now()
        self._table().change(row_of(instance.key), lambda body: inbox.suspend(body, now))

    async def resume(self, instance_id: str) -> None:
        """Take that back, and ring for the steps that pause."""
        await self._do(lambda: self._resume(self._instance(instance_id)))

    def _resume(self, instance: Instance) -> None:
        if not self._is_live(instance):
            raise InstanceFinished(instance.id)
        now = self._account().now()
        tokens = self._table().change(row_of(instance.key), lambda body: inbox.resume(body, now))
        for token in tokens:
            StepFunctionsBells(self._account().client("stepfunctions")).succeed(token, {})

    def _is_suspended(self, instance: Instance) -> bool:
        orchestrator = self._app.orchestrators.get(instance.orchestrator)
        suspendable = orchestrator is not None and orchestrator.suspendable
        return suspendable and bool(self._table().read(row_of(instance.key)).get("suspended"))

    async def rerun(self, instance_id: str) -> None:
        """Redrive the execution that failed, from the state that failed."""
        await self._do(lambda: self._rerun(self._instance(instance_id)))

    def _rerun(self, instance: Instance) -> None:
        if self._is_live(instance):
            raise InstanceExists(instance.id)
        if self._app.retention is not None:
            Instances(self._account()).keep(instance)
        self._table().change(row_of(instance.key), unsettle)
        Executions(self._account()).redrive(instance)

    async def purge(self, instance_id: str) -> None:
        """Forget the row and what lies in S3; the platform forgets the execution after 90 days."""
        await self._do(lambda: self._purge(self._instance(instance_id)))

    def _purge(self, instance: Instance) -> None:
        if self._is_live(instance):
            raise InstanceExists(instance.id)
        Instances(self._account()).delete(instance.id)
        self._table().delete(row_of(instance.key))
        self._bucket().delete(prefix(instance.key))

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The neutral events of an execution."""
        return await self._do(lambda: self._history(self._instance(instance_id)))

    def _history(self, instance: Instance) -> Sequence[Event]:
        recorded = Executions(self._account()).recorded(instance)
        found = events(list(recorded.values()), self._prepared, self._values(instance.key).grown)
        return with_suspensions(found, self._table().read(row_of(instance.key)).get("suspensions", ()))

    def _prepared(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        if self._code is None:
            # By its name, so that the package of a function, whose client asks for no history, holds no compiler.
            self._code = import_module("portable_faas_aws.compile").loaded(self._app)
        return prepared(self._code, payload, self._bucket(), self._table())

    def _table(self) -> DynamoTable:
        account = self._account()
        return DynamoTable(lambda: (account.client("dynamodb"), account.table))

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Write the event into the inbox, and ring for the wait that it is for."""
        await self._do(lambda: self._raise(self._instance(instance_id), name, data, event_id))

    def _raise(self, instance: Instance, name: str, data: str, event_id: str) -> None:
        if not self._is_live(instance):
            raise InstanceFinished(instance.id)
        known = sha256(event_id.encode()).hexdigest()[:24]

        def change(body: Body) -> tuple[str, list[str]]:
            verdict = inbox.verdict(body, known)
            if verdict == "new":
                large = size(data) > INLINE or size(body) > CROWDED
                inbox.add(body, name, self._values(instance.key).put(data) if large else data, known)
            return verdict, inbox.bells(body)  # those of a duplicate too: its first raiser may have died before

        verdict, tokens = self._table().change(row_of(instance.key), change)
        for token in tokens:
            StepFunctionsBells(self._account().client("stepfunctions")).succeed(token, {})
        if verdict == "full":
            raise InboxFull(instance.id)

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
