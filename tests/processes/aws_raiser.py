"""Raises one event for an instance on an emulated AWS, and is killed meanwhile.

    python -m tests.processes.aws_raiser ENDPOINT MACHINE TABLE BUCKET INSTANCE VALUE

It prints a line when it is about to raise.
"""

import asyncio
import sys
from typing import Any, Final

import boto3
from portable_faas_aws.client import AccountBackend

from portable_faas.client import Client
from tests.aws.listening import app

KEYS: Final = {"region_name": "us-east-1", "aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}


class Remote:
    """The account of another process; of its time and its other services nothing is asked."""

    def __init__(self, endpoint: str, machine: str, table: str, bucket: str) -> None:
        self.machines = {"listens": machine}
        self.table, self.bucket = table, bucket
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(service, endpoint_url=self._endpoint, **KEYS)
        return self._clients[service]

    def now(self) -> int:
        return 0

    def close(self) -> None:
        return


async def run(account: Any, instance_id: str, value: int) -> None:
    client = Client(app, AccountBackend(app, lambda: account))
    handle = await client.find(instance_id)
    await handle.status()  # connections and descriptions of services are made by then
    account.client("stepfunctions").list_state_machines()
    print("begin", flush=True)
    await handle.raise_event("n", value, id="the one")


if __name__ == "__main__":
    asyncio.run(run(Remote(*sys.argv[1:5]), sys.argv[5], int(sys.argv[6])))
