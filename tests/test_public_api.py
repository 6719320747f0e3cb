"""The public names are the documented ones, and each can be had."""

import subprocess
import sys

import portable_faas
import portable_faas.errors
import portable_faas.testing


def test_the_names_of_the_package() -> None:
    assert portable_faas.__all__ == ["Accepted", "App", "Context", "Retry", "connect"]
    assert all(getattr(portable_faas, name) for name in portable_faas.__all__)


def test_the_names_of_testing() -> None:
    assert portable_faas.testing.__all__ == ["Case", "running"]


def test_the_errors() -> None:
    own = {
        name
        for name, value in vars(portable_faas.errors).items()
        if isinstance(value, type) and not name.startswith("_")
    }
    assert own - {"Sequence", "NamedTuple"} == {
        "ActivityCrashed",
        "ActivityError",
        "CompileError",
        "Diagnostic",
        "InboxFull",
        "InstanceExists",
        "InstanceFinished",
        "InstanceNotFound",
        "NonDeterminism",
        "NotPortable",
        "NotInstalled",
        "NotSupported",
        "OrchestrationFailed",
        "OrchestrationTerminated",
        "PortableFaasError",
        "ProviderNotFound",
    }


def test_testing_is_there_without_an_import_of_its_own() -> None:
    code = "import portable_faas; print(portable_faas.testing.running.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "running\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(portable_faas, "nothing")
