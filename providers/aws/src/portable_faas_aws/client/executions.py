"""The executions of one run, of which the row names the last: each but the first goes on where another one ended.

    row {"execution": B, "before": A}     B runs, or is about to be started by A

A writes the row before it starts B, and ends after that. So the run is always in one of the two that the row names, and
an execution that has ended is the last one if the row, read after that, still names it.
"""

import json
from typing import Any, final

from portable_faas_aws.client.account import Account
from portable_faas_aws.client.instances import Instance, Instances


@final
class Executions:
    """Those of an account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client = account.client("stepfunctions")

    def described(self, execution: str) -> Any:
        """What DescribeExecution says; None if there is none of this name (any more)."""
        try:
            return self._client.describe_execution(executionArn=execution)
        except self._client.exceptions.ExecutionDoesNotExist:
            return None

    def last(self, instance: Instance) -> tuple[Instance, Any]:
        """The row as it is by now, and the execution in which its run goes on or has ended; None if none has begun."""
        while True:
            found = self.described(instance.execution)
            if found is None and instance.before is not None:
                found = self.described(instance.before)
                if found is not None and found["status"] != "RUNNING":  # it may have started it by now
                    found = self.described(instance.execution) or found
            if found is None or found["status"] == "RUNNING":
                return instance, found
            row = Instances(self._account).get(instance.id)
            if row is None or row.key != instance.key or row.execution == instance.execution:
                return instance, found
            instance = row

    def all(self, last: str) -> list[Any]:
        """What DescribeExecution says of ``last`` and of those before it, the oldest first."""
        found: list[Any] = []
        at: str | None = last
        while at is not None and (described := self.described(at)) is not None:
            found.append(described)
            at = json.loads(described["input"]).get("before")
        return found[::-1]

    def stop(self, instance: Instance, reason: str) -> None:
        """Stop the run, also one that is about to go on in another execution."""
        while True:
            instance, found = self.last(instance)
            if found is None or found["status"] != "RUNNING":
                return
            self._client.stop_execution(executionArn=found["executionArn"], error="pfaas.terminated", cause=reason)
