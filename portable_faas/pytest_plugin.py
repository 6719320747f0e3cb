"""The pytest plugin: the fixture ``cloud``, one run of a test per engine named with ``--on local,azure,aws``.

``--on configured`` is the one that the project's configuration names; ``--deployed`` has the infrastructure program
deploy the app before each test, into the emulated cloud.
"""

import os
from collections.abc import Iterator
from typing import Final

import pytest

from portable_faas.configuration import configuration

CONFIGURED: Final = "configured"
DEPLOYED: Final = "PFAAS_DEPLOYED"  # what ``testing.running`` asks


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--on``."""
    group = parser.getgroup("portable-faas")
    group.addoption(
        "--on",
        default="local",
        metavar="NAMES",
        help="engines that tests with the fixture `cloud` run on, separated by commas; `configured` is the one of the "
        "configuration (default: local)",
    )
    group.addoption("--deployed", action="store_true", help="deploy the app into the emulated cloud for each test")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Tell ``running`` what ``--deployed`` says, while a test runs."""
    before = os.environ.get(DEPLOYED)
    if item.config.getoption("--deployed"):
        os.environ[DEPLOYED] = "1"
    try:
        return (yield)
    finally:
        if before is None:
            os.environ.pop(DEPLOYED, None)
        else:
            os.environ[DEPLOYED] = before


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``cloud`` once per engine."""
    if "cloud" in metafunc.fixturenames:
        names = [name.strip() for name in str(metafunc.config.getoption("--on")).split(",") if name.strip()]
        names = [configuration().cloud if name == CONFIGURED else name for name in names]
        if not names:
            raise pytest.UsageError("--on names no engine; write --on local, or --on local,azure,aws")
        metafunc.parametrize("cloud", names)
