"""The engines of the JSONata tests; where there is no Node, its tests say that they were not run."""

import shutil
from collections.abc import Iterator

import pytest

from tests.unit.aws.jsonata.engines import NODE, PYTHON, Engine, PythonPort, node


@pytest.fixture(scope="session")
def node_engine() -> Iterator[Engine]:
    found = node()
    if found is None and shutil.which("node") is None:
        pytest.skip(f"{NODE} not run: no node")
    assert found is not None, f"{NODE} is not installed; make .make/node/ready installs it"
    yield found
    found.close()


@pytest.fixture(params=[PYTHON, NODE])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == PYTHON:
        return PythonPort()
    found: Engine = request.getfixturevalue("node_engine")
    return found
