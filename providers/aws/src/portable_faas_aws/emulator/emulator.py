"""The emulated account as a whole: what starts first, what stops last.

with Emulator([Function("hello", folder, "app.handler")], [Machine("greet", definition)]) as aws:     started =
aws.client("stepfunctions").start_execution(stateMachineArn=aws.machines["greet"], input="{}")     assert
aws.result(started["executionArn"])["status"] == "SUCCEEDED"
"""

import logging
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType, TracebackType
from typing import Any, Final, final

import boto3
from botocore.config import Config
from moto.core.config import default_user_config
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from portable_faas_aws.emulator import account, checked, conditions, gaps, grants, registered, versions
from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.declared import Function, Machine, Table, Triggers
from portable_faas_aws.emulator.guard import Guard
from portable_faas_aws.emulator.interpreter import Session, install
from portable_faas_aws.emulator.interpreter.jsonata_library import DEPTH
from portable_faas_aws.emulator.lambdas import Host
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.registered import Registered
from portable_faas_aws.emulator.rights import Rights
from portable_faas_aws.emulator.roles import STATES, Roles
from portable_faas_aws.emulator.server import Server
from portable_faas_aws.emulator.sources import rules, times
from portable_faas_aws.emulator.sources.apis import routes_of_account
from portable_faas_aws.emulator.sources.calls import Calls
from portable_faas_aws.emulator.sources.front import Front
from portable_faas_aws.emulator.sources.poller import Poller
from portable_faas_aws.emulator.sources.scheduler import Scheduler
from portable_faas_aws.emulator.sources.signed import Signed
from portable_faas_aws.emulator.sources.streams import Streams
from portable_faas_aws.emulator.turns import Turns
from portable_faas_aws.emulator.usage import Usage
from portable_faas_aws.emulator.watch import Segment, Watch
from portable_faas_aws.runtime.chain import EVENTS, VARIABLE
from portable_faas_aws.runtime.row import SIGNED

BUCKET: Final = "pfaas-values"
TABLE: Final = "pfaas-instances"
SECONDS_TO_END: Final = 10  # real, for threads that have been told to stop
LOGGER: Final = logging.getLogger("moto.stepfunctions")
_ONE: Final = threading.Lock()


@final
class Emulator:
    """Step Functions, Lambda, DynamoDB and S3 in this process, from ``with`` to its end.

    One at a time in a process, because moto keeps its accounts in globals: a second one raises RuntimeError. Raises
    WrongVersion if a library is not of the version that this was written for. The clock is virtual, or real if
    ``real_time``. The history of an execution has 25,000 events at most, or ``max_events``, so that a test need not
    make so many.
    Functions find the server (``AWS_ENDPOINT_URL``), the bucket (``PFAAS_BUCKET``) and the table of instances
    (``PFAAS_TABLE``) in their environment, and all of ``environment``.

    With ``empty`` the account holds nothing at first. Functions, machines and the like are created through its API, and
    each function and machine may do what the policies of its role allow (``roles``).
    """

    bucket: Final = BUCKET
    table: Final = TABLE

    def __init__(
        self,
        functions: Sequence[Function],
        machines: Sequence[Machine],
        *,
        tables: Sequence[Table] = (),
        triggers: Triggers = Triggers(),  # noqa: B008 - a frozen value
        real_time: bool = False,
        empty: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        max_events: int = EVENTS,
        _leave_out: Collection[str] = (),
    ) -> None:
        self._functions = functions
        self._given = machines
        self._tables = tables
        self._triggers = triggers
        self._real_time = real_time
        self._empty = empty
        self._environment = environment
        self.roles: Final = Roles() if empty else None
        self._max_events = max_events
        self._leave_out = _leave_out
        self._patching = Patching()
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._usage = Usage()
        self._watch: Watch | None = None
        self._opened = ExitStack()
        self.machines: Mapping[str, str] = {}

    def __enter__(self) -> "Emulator":
        versions.check()
        with ExitStack() as opening:  # what is opened last is closed first
            if not _ONE.acquire(blocking=False):
                raise RuntimeError("an emulated AWS runs in this process already; there can be one at a time")
            opening.callback(_ONE.release)
            opening.callback(account.forget)
            opening.callback(self._patching.undo)
            opening.callback(sys.setrecursionlimit, sys.getrecursionlimit())
            opening.callback(LOGGER.setLevel, LOGGER.level)
            opening.callback(self._close_clients)
            self.clock = Clock(real_time=self._real_time)
            opening.callback(self.clock.close)
            self._turns = Turns(self.clock)
            self._server = Server(self._guarded)
            opening.callback(self._server.stop)
            opening.callback(self._join)
            self.endpoint = self._server.endpoint
            code = opening.enter_context(TemporaryDirectory(prefix="portable-faas-code-"))
            self._lambdas = Host(self._functions, self._names(), outside=self._outside(Path(code)))
            opening.callback(self._lambdas.close)
            self._prepare()
            opening.callback(self._stop_executions)
            self._start_sources(opening)
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def client(self, service: str, role: str | None = None) -> Any:
        """A boto3 client of a service of this account; it may do what ``role`` may, or everything."""
        if (service, role) not in self._clients:
            keys = {} if role is None or self.roles is None else self.roles.keys(role, STATES)
            config = Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                max_pool_connections=50,
                read_timeout=900,
                signature_version=SIGNED.get(service),
            )
            made = _boto().client(service, endpoint_url=self.endpoint, config=config, **keys)
            self._clients[service, role] = made
        return self._clients[service, role]

    def advance(self, seconds: float, timeout: float | None = None) -> None:
        """Let ``seconds`` of virtual time pass; returns when all that was due has come to rest (``Clock.advance``)."""
        self.clock.advance(seconds, timeout)

    def result(self, execution_arn: str, timeout: float = 60) -> dict[str, Any]:
        """Wait for the end of an execution, while the clock may move; what DescribeExecution says of it.

        Raises TimeoutError after ``timeout`` real seconds.
        """
        execution: Any = stepfunctions_parser_backends[ACCOUNT][REGION].describe_execution(execution_arn)
        with self.clock.waiting(execution.over.is_set):
            if not execution.over.wait(timeout):
                raise TimeoutError(f"execution {execution_arn} has not ended after {timeout:g} s")
        described: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=execution_arn)
        return described

    def ended(self, execution_arn: str, timeout: float | None) -> bool:
        """Wait for the end of an execution, while the clock may move; False after ``timeout`` seconds of the clock."""
        execution: Any = stepfunctions_parser_backends[ACCOUNT][REGION].describe_execution(execution_arn)
        return self.clock.wait(execution.over.is_set, timeout)

    def logs(self, function: str) -> list[str]:
        """The lines that the processes of a function have written."""
        return self._lambdas.logs(function)

    def cool(self) -> None:
        """End the processes of functions that wait for work, so that the next calls start new ones."""
        self._lambdas.cool()

    def crash(self, choice: Random) -> bool:
        """Kill one of the processes of functions that are at work; False if none is."""
        return self._lambdas.crash(choice)

    @property
    def traces(self) -> list[Segment]:
        """What was traced so far, in an account that roles count in."""
        return [] if self._watch is None else list(self._watch.traces)

    def usage(self, execution_arn: str) -> dict[str, int]:
        """What a bill would count for an execution: ``transitions``, ``lambda_invocations``."""
        return self._usage.of(execution_arn)

    def close(self) -> None:
        """Stop executions, functions and the server, and leave moto as it was; a second time does nothing."""
        self._opened.close()

    def _join(self) -> None:
        left = self._turns.join(SECONDS_TO_END)
        if left:
            raise RuntimeError(f"threads of the interpreter did not end: {', '.join(left)}")

    def _close_clients(self) -> None:
        while self._clients:
            self._clients.popitem()[1].close()

    def _guarded(self, application: Any) -> Any:
        return Signed(application if self.roles is None else Guard(application, self.roles), self.clock)

    def _names(self) -> dict[str, str]:
        place = {"AWS_ENDPOINT_URL": self.endpoint, VARIABLE: str(self._max_events), **self._environment}
        return place if self._empty else {**place, "PFAAS_BUCKET": BUCKET, "PFAAS_TABLE": TABLE}

    def _outside(self, code: Path) -> Registered | None:
        if self.roles is None:
            return None
        self._watch = Watch(self.roles)
        return Registered(code, self.roles, self._watch)

    def _prepare(self) -> None:
        told = self._turns.event()
        self._session = Session(
            self._turns, self._lambdas, self._usage, self.client, told, self._max_events, self.roles, self._watch
        )
        account.forget()
        self._changed = self._turns.event()
        self._scheduled = self._turns.event()
        times.install(self._patching, self.clock, self._changed.set)
        sys.setrecursionlimit(max(DEPTH, sys.getrecursionlimit()))
        install(self._patching, self._session, self._leave_out)
        gaps.install(self._patching)
        if self.roles is not None:
            conditions.install(self._patching)
            registered.install(self._patching)
            grants.install(self._patching, self.roles)
            checked.install(self._patching, self.roles, self._changed.set, self._scheduled.set)
            rules.install(self._patching, Rights(self.roles))
        self._patching.item(default_user_config, "stepfunctions", {"execute_state_machine": True})
        LOGGER.setLevel(logging.CRITICAL + 1)  # it reports failures of the user's program as errors of its own
        if not self._empty:
            self._provide()

    def _provide(self) -> None:
        account.create_functions(self._functions)
        streams = any(streamed.table == TABLE for streamed in self._triggers.streamed)
        for table in (Table(TABLE, stream=streams), *self._tables):
            account.create_table(table)
        account.create_bucket(BUCKET)
        self.machines = account.create_machines(self._given)
        account.create_triggers(self._triggers)

    def _start_sources(self, opening: ExitStack) -> None:
        """Let queues, schedules and requests reach functions."""
        rights = Rights(self.roles)
        calls = Calls(self._turns, self._lambdas, rights)
        opening.callback(calls.stop)
        routes = routes_of_account if self._empty else lambda _url: self._triggers.routes
        self.front = Front(routes, self._lambdas, self.clock, rights)
        streams = Streams(calls, self._turns.event(), rights)
        streams.install(self._patching)
        polls = Poller(calls, self._changed, rights)
        for source in (polls, Scheduler(calls, self._scheduled, rights), streams):
            source.start()
            opening.callback(source.stop)

    def _stop_executions(self) -> None:
        for machine in stepfunctions_parser_backends[ACCOUNT][REGION].state_machines:
            for execution in machine.executions:
                execution.stop(stop_date=None, error=None, cause=None)


@cache
def _boto() -> Any:
    """One session for all emulators of a process: it reads the descriptions of the services, which takes long."""
    return boto3.Session(region_name=REGION, aws_access_key_id="emulated", aws_secret_access_key="emulated")
