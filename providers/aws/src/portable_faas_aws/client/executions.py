"""The executions of one run, of which the row names the last: each but the first goes on where another one ended.

    row {"execution": B, "before": A}     B runs, or is about to be started by A

A writes the row before it starts B, and ends after that. So the run is always in one of the two that the row names, and
an execution that has ended is the last one if the row, read after that, still names it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.errors import NotSupported
from portable_faas.provider import StatusName
from portable_faas_aws.client.account import Resources
from portable_faas_aws.client.instances import Instance, Instances

STATUS: Final[Mapping[str, StatusName]] = {
    "RUNNING": "Running",
    "PENDING_REDRIVE": "Running",
    "SUCCEEDED": "Completed",
    "FAILED": "Failed",
    "TIMED_OUT": "Failed",
    "ABORTED": "Terminated",
}


LAST: Final = 6  # events of a history that say how it ended: the failure, and the Task before it


def _always_fails(last: list[dict[str, Any]]) -> str | None:
    """Why the last state of an execution would only fail again; ``last`` are its last events, the newest first."""
    for event in last:
        if event["type"] == "FailStateEntered":
            return "its last state only fails"
        if event["type"] == "TaskScheduled":
            given = json.loads(event["taskScheduledEventDetails"]["parameters"]).get("Payload", {})
            return f"it failed for its child {given['child']['id']}" if "child" in given else None
    return None


def _branches(execution: str, events: list[dict[str, Any]]) -> list[str]:
    """The executions in which branches went on."""
    found = (json.loads(task["parameters"]) for task in map(_scheduled, events) if task is not None)
    return [f"{execution.rpartition(':')[0]}:{each['Name']}" for each in found]


def _scheduled(event: dict[str, Any]) -> dict[str, Any] | None:
    task: dict[str, Any] = event.get("taskScheduledEventDetails", {})
    return task if task.get("resource") == "startExecution.sync:2" else None


@final
class Executions:
    """Those of an account."""

    def __init__(self, account: Resources) -> None:
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

    def recorded(self, instance: Instance) -> dict[str, list[dict[str, Any]]]:
        """The events of every execution of a run, the oldest first, and behind them those of its branches."""
        _row, last = self.last(instance)
        found: dict[str, list[dict[str, Any]]] = {}
        work = [] if last is None else self._chain(last)
        while work:
            execution = work.pop(0)
            found[execution] = self._events(execution)
            work += [branch for branch in _branches(execution, found[execution]) if branch not in found]
        return found

    def _chain(self, last: Any) -> list[str]:
        """An execution and those before it, the oldest first, as far back as Step Functions keeps them."""
        found: list[str] = []
        at: Any = last
        while at is not None:
            found.append(at["executionArn"])
            before = json.loads(at["input"]).get("before")
            at = None if before is None else self.described(before)
        return found[::-1]

    def _events(self, execution: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("get_execution_history")
        try:
            return [event for page in pages.paginate(executionArn=execution) for event in page["events"]]
        except self._client.exceptions.ExecutionDoesNotExist:
            return []  # a branch whose gather ended before it could begin

    def redrive(self, instance: Instance) -> None:
        """Let a failed run go on from the state that failed, with what it was given; ``NotSupported`` if it cannot."""
        _row, found = self.last(instance)
        status = "gone" if found is None else STATUS[found["status"]]
        if status != "Failed":
            raise NotSupported(f"instance {instance.id} is {status}; only a failed one can be run again")
        execution = found["executionArn"]
        page = self._client.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=LAST)
        reason = _always_fails(page["events"])
        if reason is None:
            try:
                self._client.redrive_execution(executionArn=execution)
            except self._client.exceptions.ExecutionNotRedrivable as refused:
                reason = refused.response["Error"]["Message"]
        if reason is not None:
            raise NotSupported(f"instance {instance.id} cannot be run again: {reason}; start a new one")

    def stop(self, instance: Instance, reason: str) -> None:
        """Stop the run, also one that is about to go on in another execution."""
        while True:
            instance, found = self.last(instance)
            if found is None or found["status"] != "RUNNING":
                return
            self._client.stop_execution(executionArn=found["executionArn"], error="pfaas.terminated", cause=reason)
