"""The host process loads and calls the app as the worker of its Python does, and says what the worker refuses.

On Python 3.13 and newer that is Microsoft's worker library, on older ones the public surface of ``azure.functions``.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from portable_faas_azure.emulator.messages import OneOf

from portable_faas import App, Context
from portable_faas.errors import ActivityCrashed, OrchestrationFailed
from portable_faas.testing import running

LIBRARY = "azure_functions_runtime"
app = App("worked")


@app.activity
def modules() -> list[bool]:
    return [sys.version_info >= (3, 13), LIBRARY in sys.modules]


@app.activity
async def fails(what: str) -> None:
    raise LookupError(what)


@app.activity
def exits() -> None:
    sys.exit(5)


@app.orchestrator
async def main(ctx: Context, what: str) -> list[str]:
    told = [str(await modules())]
    try:
        await fails(what)
    except LookupError as error:
        told.append(str(error))
    try:
        await exits()
    except ActivityCrashed as crashed:
        told.append(str(crashed))
    return told


@app.orchestrator
async def broken(ctx: Context, what: str) -> None:
    await fails(what)


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_the_library_runs_the_functions_where_it_is_the_worker() -> None:
    library = sys.version_info >= (3, 13)
    text = 'a "quoted"\nline\\n and ü'
    async with running(app, "azure") as client:
        found = await (await client.start(main, text)).result()
        assert found == [str([library, library]), text, str(ActivityCrashed("exits"))]
        with pytest.raises(OrchestrationFailed) as failed:
            await (await client.start(broken, text)).result()
        assert str(failed.value) == f"LookupError: {text}"


TWO = "import azure.functions as func\none, other = func.FunctionApp(), func.FunctionApp()\n"
UNBOUND = """\
import azure.durable_functions as df
app = df.DFApp()

@app.activity_trigger(input_name="payload")
def act(another: str) -> str:
    return another
"""


def refused(folder: Path, program: str) -> str:
    """What the host process says of an app folder that it cannot load."""
    (folder / "host.json").write_text("{}")
    (folder / "function_app.py").write_text(program)
    command = [sys.executable, "-P", "-m", "portable_faas_azure.emulator.host_process", str(folder)]
    environment = {"AzureWebJobsStorage": "UseDevelopmentStorage=true", "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()[-1]


def test_two_apps_in_one_folder_are_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, TWO)
    assert told.startswith("azure host: ")
    assert "function_app.py" in told
    assert "More than one" in told or "has to hold one FunctionApp; it holds 2" in told


if sys.version_info >= (3, 13):  # only the library knows what a worker refuses

    def test_what_the_library_refuses_is_said(tmp_path: Path) -> None:
        told = refused(tmp_path, UNBOUND)
        assert "cannot be loaded by the worker: FunctionLoadError: cannot load the act function" in told


def test_a_message_says_which_value_it_holds() -> None:
    assert OneOf(name="payload", data=OneOf(json=json.dumps(1))).WhichOneof("rpc_data") == "data"
    assert OneOf(json="1").WhichOneof("data") == "json"
    assert OneOf().WhichOneof("data") is None
