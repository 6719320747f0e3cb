"""The program of one cloud never loads the SDK of the other, nor does what is common to both load any."""

import subprocess
import sys

import pytest

from tests.infra.building import ROOT, built

SDKS = {"aws": "pulumi_aws", "azure": "pulumi_azure_native"}
CODE = """
import sys
from pathlib import Path
from portable_faas_infra.checks import record
from portable_faas_infra.program import deploy
record(lambda: deploy(Path({folder!r})), config={{"portable-faas:dist": {folder!r}}})
print(*sys.modules)
"""


def loaded(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("on", SDKS)
def test_the_program_of_one_cloud_loads_its_sdk_only(on: str) -> None:
    modules = loaded(CODE.format(folder=str(built("monitor", on))))
    assert {name for name in SDKS.values() if name in modules} == {SDKS[on]}
    assert not {"moto", "boto3", "azure.functions", "portable_faas.compiler", "typer"} & modules


def test_the_package_itself_loads_none() -> None:
    modules = loaded("import sys, portable_faas_infra; print(*sys.modules)")
    assert "pulumi" in modules
    assert not set(SDKS.values()) & modules
