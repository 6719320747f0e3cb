"""The engines of the JSONata tests; where there is no Node, its tests say that they were not run."""

from collections.abc import Iterator

import pytest

from tests.unit.aws.jsonata.engines import NODE, PYTHON, Engine, PythonPort, node


@pytest.fixture(scope="session")
def node_engine() -> Iterator[Engine]:
    found = node()
    if found is None:
        pytest.skip(f"not run: no node, or {NODE} is not installed (make setup installs it)")
    yield found
    found.close()


@pytest.fixture(params=[PYTHON, NODE])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == PYTHON:
        return PythonPort()
    found: Engine = request.getfixturevalue("node_engine")
    return found
