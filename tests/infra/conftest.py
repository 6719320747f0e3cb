"""Emulated accounts for small programs."""

from collections.abc import Iterator

import pytest
from portable_faas_aws.emulator import gaps
from portable_faas_aws.emulator.account import forget
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.server import Server
from portable_faas_infra.emulated.aws import AWSBackend


@pytest.fixture
def aws() -> Iterator[AWSBackend]:
    """An empty account behind a server of its own."""
    forget()
    patching = Patching()
    gaps.install(patching)
    server = Server()
    backend = AWSBackend(server.endpoint, REGION, ACCOUNT)
    try:
        yield backend
    finally:
        backend.account.close()
        server.stop()
        patching.undo()
        forget()
