"""The processor that functions are built for."""

from pathlib import Path

import pytest
from portable_faas_aws.package.architecture import platform

from portable_faas.configuration import Configuration, configuration
from portable_faas.package import LINUX, LINUX_ARM, PackageError


def test_it_is_x86_unless_the_settings_say_arm(tmp_path: Path) -> None:
    assert platform(Configuration()) == LINUX
    (tmp_path / "portable.toml").write_text('[aws]\narchitecture = "arm64"\n')
    assert platform(configuration(tmp_path)) == LINUX_ARM


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"architecture": "riscv"}, "aws.architecture is x86_64 or arm64, not 'riscv'"),
        ({"processor": "arm64"}, "aws has no setting 'processor'; known is architecture"),
    ],
)
def test_other_settings_are_refused(table: dict[str, str], problem: str) -> None:
    with pytest.raises(PackageError, match=problem):
        platform(Configuration(clouds={"aws": table}))


def test_the_settings_of_a_cloud_are_a_table(tmp_path: Path) -> None:
    (tmp_path / "portable.toml").write_text('aws = "arm64"\n')
    with pytest.raises(ValueError, match="aws is a table, not 'arm64'"):
        configuration(tmp_path)
