"""What a Lambda of an app loads before it runs: nothing that is slow to load."""

import subprocess
import sys

SLOW = ("asyncio", "inspect", "pydantic", "boto3", "botocore", "typing_extensions", "dataclasses", "ast", "tokenize")


def loaded(*modules: str) -> set[str]:
    code = f"import sys\nfor name in {modules!r}: __import__(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_run_time_loads_nothing_slow() -> None:
    found = loaded("portable_faas", "portable_faas.stepping", "portable_faas_aws.runtime.entry")
    assert "portable_faas.stepping.unpack" in found
    assert "portable_faas_aws.runtime.step" in found
    assert found.isdisjoint(SLOW), sorted(found & set(SLOW))
    assert not [name for name in found if name.startswith(("portable_faas.compiler", "portable_faas.ir"))]
