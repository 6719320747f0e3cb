"""The emulated clouds that the embedded engine is compared with."""

import pytest


@pytest.fixture(params=["aws", "azure"])
def emulated(request: pytest.FixtureRequest) -> str:
    """The name of one; the emulated Azure needs Azurite."""
    if request.param == "azure":
        request.getfixturevalue("azurite")
    return str(request.param)


@pytest.fixture(params=["local", "aws", "azure"])
def engine(request: pytest.FixtureRequest) -> str:
    """The name of one, or of the embedded engine."""
    if request.param == "azure":
        request.getfixturevalue("azurite")
    return str(request.param)
