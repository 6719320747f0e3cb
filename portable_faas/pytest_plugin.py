"""The pytest plugin: the fixture ``cloud``, one run of a test per engine named with ``--on local,azure,aws``."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--on``."""
    group = parser.getgroup("portable-faas")
    group.addoption(
        "--on",
        default="local",
        metavar="NAMES",
        help="engines that tests with the fixture `cloud` run on, separated by commas (default: local)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``cloud`` once per engine."""
    if "cloud" in metafunc.fixturenames:
        names = [name.strip() for name in str(metafunc.config.getoption("--on")).split(",") if name.strip()]
        if not names:
            raise pytest.UsageError("--on names no engine; write --on local, or --on local,azure,aws")
        metafunc.parametrize("cloud", names)
