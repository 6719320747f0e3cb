"""Starts instances, and ends them with what they have started: for clients, and for the Lambdas of other instances.

A start that is done again, with the same ``key``, is the same start: the row has its key already.
"""

import contextlib
import json
from typing import Any, Final, NamedTuple, final

from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists, OrchestrationTerminated
from portable_faas.provider import FINISHED
from portable_faas.values import capture
from portable_faas_aws.client.account import Resources
from portable_faas_aws.client.executions import STATUS, Executions
from portable_faas_aws.client.instances import Instance, Instances
from portable_faas_aws.client.stamp import stamp
from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.bucket import S3Bucket
from portable_faas_aws.runtime.ledger import Ledger, StepFunctionsBells, row_of
from portable_faas_aws.runtime.lock import Locks, Owner
from portable_faas_aws.runtime.offload import ROOM, Values, size
from portable_faas_aws.runtime.row import DynamoTable

# A row is written before its execution starts. One without an execution is about to get it, or its starter has died;
# an old one had it, and the platform has forgotten it (90 days after its end: Step Functions Developer Guide, quotas).
_STARTING: Final = 24 * 60 * 60 * 1000  # milliseconds
_SHOWN: Final = 12  # digits of the key in the name of an execution: at most 64 + 1 + 12 of 80 characters
PARENT_ENDED: Final = "the orchestration that waited for it ended"


@final
class Start(NamedTuple):
    """What is started; ``parent`` says who waits for it."""

    orchestrator: str
    id: str
    key: str
    input: str | None
    if_exists: IfExists = "raise"
    parent: dict[str, str] | None = None


@final
class Starter:
    """Starts and ends instances of an account."""

    def __init__(self, account: Resources) -> None:
        self._account = account
        self._instances = Instances(account)
        self._executions = Executions(account)
        self._bucket = S3Bucket(lambda: (account.client("s3"), account.bucket))
        self._table = DynamoTable(lambda: (account.client("dynamodb"), account.table))

    def start(self, start: Start) -> None:
        """Start an instance; ``InstanceExists`` for a live id unless it is to be returned, or is this very start."""
        account = self._account
        name = f"{start.id}-{start.key.replace('-', '')[:_SHOWN]}"
        machine = account.machines[start.orchestrator]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        given: Any = start.input
        if given is not None and size({"id": start.id, "key": start.key, "input": given}) > ROOM:
            given = Values(start.key, self._bucket).put(given)
        started = Instance(
            start.id, start.orchestrator, execution, start.key, given, account.now(), parent=start.parent, stamp=stamp()
        )
        while True:
            before = self._instances.get(start.id)
            if before is not None and before.key == start.key:
                self.is_live(before)
                return
            if before is not None and self.is_live(before):
                if start.if_exists == "raise":
                    raise InstanceExists(start.id)
                return
            if self._instances.put(started, before):
                break
        self._execute(started)

    def _execute(self, instance: Instance) -> None:
        """Start the execution of a row; whoever finds it missing may, since one name and input start it once."""
        client = self._account.client("stepfunctions")
        machine, name = self._account.machines[instance.orchestrator], instance.execution.rpartition(":")[2]
        given: dict[str, Any] = {"id": instance.id, "key": instance.key, "input": instance.input}
        if instance.parent is not None:
            given["parent"] = instance.parent
        # it is there and has ended already, where another client has started it
        with contextlib.suppress(client.exceptions.ExecutionAlreadyExists):
            text = json.dumps(given, ensure_ascii=False)
            client.start_execution(stateMachineArn=machine, name=name, input=text)

    def is_live(self, instance: Instance) -> bool:
        """Whether it goes on; the execution of a fresh row without one is started, so that it cannot start later."""
        if instance.ending:
            return False
        instance, described = self._executions.last(instance)
        if described is None and instance.before is None and self._account.now() - instance.at < _STARTING:
            self._execute(instance)
            instance, described = self._executions.last(instance)
        return described is not None and STATUS[described["status"]] not in FINISHED

    def owns(self, owner: Owner) -> bool:
        """Whether the start that took a lock goes on, so that it will give it back."""
        instance = self._instances.get(owner.instance)
        return instance is not None and instance.key == owner.key and self.is_live(instance)

    def mark_ending(self, instance_id: str, key: str) -> None:
        """The run has its result; nothing but its last state is left."""
        self._instances.mark_ending(instance_id, key)

    def end(self, instance: Instance, reason: str, told: bool = True) -> None:
        """Stop an instance and the children that it waits for, and tell whoever waits for it (``told``)."""
        if not self.is_live(instance):
            return
        self._instances.give_reason(instance, reason)
        self._executions.stop(instance, reason)
        for child in self._table.change(row_of(instance.key), lambda body: inbox.take_children(body, "")):
            self.end_child(child, PARENT_ENDED)
        self.locks().release_all(instance.id, instance.key)
        if told and instance.parent is not None:
            failure = capture(OrchestrationTerminated(reason))
            end = {"error": failure.type, "cause": json.dumps(failure.to_wire(), ensure_ascii=False)}
            ledger = Ledger(instance.parent["key"], 0, self._table, self._bells())
            ledger.end_child(instance.parent["wait"], instance.key, end)

    def locks(self) -> Locks:
        """The locks of the account."""
        return Locks(self._table, self._bells(), self.owns)

    def _bells(self) -> StepFunctionsBells:
        return StepFunctionsBells(self._account.client("stepfunctions"))

    def end_child(self, child: inbox.Child, reason: str) -> None:
        """Stop a child that nobody waits for any more, unless its id is somebody else's by now."""
        instance = self._instances.get(child.id)
        if instance is not None and instance.key == child.key:
            self.end(instance, reason, told=False)
