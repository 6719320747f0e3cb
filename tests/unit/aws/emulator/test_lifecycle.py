"""The emulated account leaves nothing behind, and starts fast."""

import gc
import importlib.metadata
import json
import logging
import os
import socket
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from portable_faas_aws.emulator import Emulator, Function, Machine, Table, WrongVersion, versions
from portable_faas_aws.emulator.interpreter import install
from portable_faas_aws.emulator.lambdas import Host
from portable_faas_aws.emulator.patching import Patching

from tests.unit.aws.emulator.conftest import FOLDER, begin, functions, machine, task


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nothing_is_left(scratch: Path) -> None:
    threads = set(threading.enumerate())
    before = (EvalComponent.eval, Environment.__dict__["as_inner_frame_of"], dict(default_user_config))
    level, depth = logging.getLogger("moto.stepfunctions").level, sys.getrecursionlimit()
    assert depth < 10_000
    with Emulator(functions(), [Machine("m", machine({"Wait": {"Type": "Wait", "Seconds": 9, "End": True}}))]) as aws:
        address = urlsplit(aws.endpoint)
        pids = json.loads(aws.result(begin(aws, {"A": task("leave_child", {})}))["output"])
        assert all(alive(pid) for pid in pids)
        begin(aws, {"Slow": task("sleep", {"seconds": 60})})
        aws.client("stepfunctions").start_execution(stateMachineArn=aws.machines["m"])
        assert list(scratch.iterdir()) != []
    assert set(threading.enumerate()) == threads
    assert not any(alive(pid) for pid in pids)
    assert (EvalComponent.eval, Environment.__dict__["as_inner_frame_of"], dict(default_user_config)) == before
    assert logging.getLogger("moto.stepfunctions").level == level
    assert sys.getrecursionlimit() == depth
    assert stepfunctions_parser_backends["123456789012"]["us-east-1"].state_machines == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), 1)
    gc.collect()


def test_starting_and_stopping_is_fast(scratch: Path) -> None:
    states = {f"S{n}": task("echo", {"n": n}, Next=f"S{n + 1}") for n in range(5)} | {"S5": task("echo", {})}
    machines = [Machine(f"m{n}", machine({f"X{n}": {"Type": "Pass", "Next": "S0"}, **states})) for n in range(5)]
    begun = time.process_time()  # of all threads, so that what else the machine does is left out
    with Emulator(functions()[:10], machines) as aws:
        assert time.process_time() - begun < 2
        assert len(aws.machines) == 5
        stopping = time.process_time()
    assert time.process_time() - stopping < 1


def test_one_at_a_time() -> None:
    with Emulator([], []), pytest.raises(RuntimeError, match="one at a time"), Emulator([], []):
        pass
    with Emulator([], []):
        pass


def test_a_machine_that_cannot_be_read_is_refused_and_nothing_stays(scratch: Path) -> None:
    threads = set(threading.enumerate())
    with (
        pytest.raises(Exception, match="Invalid State Machine Definition"),
        Emulator([], [Machine("m", {"StartAt": "A"})]),
    ):
        pass
    assert set(threading.enumerate()) == threads
    with Emulator([], []):
        pass


@pytest.mark.parametrize(
    ("found", "message"), [("5.2.6", "moto >=5.2.5,<5.2.6 and found 5.2.6"), (None, "moto is not installed")]
)
def test_another_version_of_a_library_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: str | None, message: str
) -> None:
    def version(name: str) -> str:
        if name == "moto" and found is None:
            raise importlib.metadata.PackageNotFoundError
        return str(found) if name == "moto" else importlib.metadata.version(name)

    monkeypatch.setattr(versions, "version", version)
    with pytest.raises(WrongVersion, match=message), Emulator([], []):
        pass


def test_tables_and_a_function_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.write(FOLDER / "app.py", "app.py")
    zipped = Function("zipped", tmp_path / "code.zip", "app.echo")
    with Emulator([zipped], [], tables=[Table("rows", key="sku")]) as aws:
        assert aws.result(begin(aws, {"A": task("zipped", {"a": 1})}))["output"] == '{"a":1}'
        aws.client("dynamodb").put_item(TableName="rows", Item={"sku": {"S": "1"}})
        qualified = aws.client("lambda").invoke(FunctionName="zipped", InvocationType="DryRun")
        assert qualified["StatusCode"] in (200, 204)


def test_real_time() -> None:
    with Emulator(functions(), [], real_time=True) as aws:
        begun = time.monotonic()
        retry = [{"ErrorEquals": ["OutOfStock"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        done = aws.result(begin(aws, {"Try": task("flaky", {"key": "r", "after": 2}, Retry=retry)}))
        assert done["output"] == "2"
        assert time.monotonic() - begun >= 1
        with pytest.raises(RuntimeError, match="real"):
            aws.advance(1)


def test_patching_restores_what_a_class_defined_and_what_it_inherited() -> None:
    class Parent:
        value = 1

        @classmethod
        def made(cls) -> str:
            return cls.__name__

    class Child(Parent):
        pass

    patching = Patching()
    for value in (2, 3):  # the second request changes nothing
        patching.replace(Child, "value", value)
    patching.replace(Parent, "made", staticmethod(lambda: "other"))
    assert (Child.value, Parent.value, Child.made()) == (2, 1, "other")
    with pytest.raises(AttributeError):
        patching.replace(Child, "missing", 1)
    patching.undo()
    assert (Child.value, "value" in vars(Child), Child.made()) == (1, False, "Child")


class Calls:
    """Functions on a host of their own, called from this thread."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def __call__(self, name: str, event: Any) -> tuple[bool, Any]:
        done = threading.Event()
        invocation = self.host.invoke(name, json.dumps(event).encode(), done.set)
        assert done.wait(30)
        return invocation.failed, json.loads(invocation.payload)


@pytest.fixture
def call() -> Iterator[Calls]:
    host = Host(functions(), {})
    yield Calls(host)
    host.close()


def test_a_warm_sandbox_is_used_again(call: Calls) -> None:
    first, second = call("leave_child", {})[1], call("leave_child", {})[1]
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_invocations_at_one_time_have_a_process_each(call: Calls) -> None:
    begun = time.monotonic()
    events = [threading.Event() for _ in range(6)]
    for event in events:
        call.host.invoke("sleep", b'{"seconds": 1}', event.set)
    assert all(event.wait(20) for event in events)
    assert time.monotonic() - begun < 6


def test_more_invocations_than_processes_wait_their_turn(call: Calls) -> None:
    events = [threading.Event() for _ in range(40)]
    for event in events:
        call.host.invoke("sleep", b'{"seconds": 0.02}', event.set)
    assert all(event.wait(20) for event in events)


def test_a_large_event_and_unicode(call: Calls) -> None:
    event = {"text": "é☃" * 500_000}
    assert call("echo", event) == (False, event)


@pytest.mark.parametrize("name", ["echo", "echo:3", "arn:aws:lambda:us-east-1:123456789012:function:echo:live"])
def test_names_arns_and_qualifiers(call: Calls, name: str) -> None:
    assert call(name, 1) == (False, 1)


def test_the_time_out_kills_the_process_and_the_next_call_gets_a_new_one(call: Calls) -> None:
    begun = time.monotonic()
    failed, error = call("brief", {"seconds": 30})
    assert (failed, error["errorType"]) == (True, "Sandbox.Timedout")
    assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert 1 <= time.monotonic() - begun < 10
    assert call("brief", {"seconds": 0}) == (False, {"seconds": 0})


def test_errors_have_the_shape_of_the_runtime(call: Calls) -> None:
    failed, error = call("fail", {"message": "none"})
    assert (failed, error["errorType"], error["errorMessage"]) == (True, "OutOfStock", "none")
    assert call("missing", {})[1]["errorType"] == "Runtime.ImportModuleError"
    assert call("missing", {})[1]["errorType"] == "Runtime.ImportModuleError"
    assert call("crash", {"status": 5})[1]["errorType"] == "Runtime.ExitError"


def test_a_function_writes_nothing_into_its_folder(call: Calls, tmp_path: Path) -> None:
    before = sorted(os.listdir(FOLDER))
    assert call("read", {"path": str(FOLDER / "app.py")})[1].startswith('"""Handlers')
    assert sorted(os.listdir(FOLDER)) == before


def test_code_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match="'gone'"),
        Emulator([Function("gone", tmp_path / "none", "app.echo")], []),
    ):
        pass
    with Emulator([], []):
        pass


def test_a_process_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"no archive")
    host = Host([Function("broken", tmp_path / "code.zip", "app.echo")], {})
    assert Calls(host)("broken", {})[1]["errorType"] == "Runtime.InvalidEntrypoint"
    assert Calls(host)("broken", {})[1]["errorType"] == "Runtime.InvalidEntrypoint"
    host.close()


def test_closing_ends_what_is_queued() -> None:
    host = Host(functions(), {})
    done = [threading.Event() for _ in range(20)]
    for event in done:
        host.invoke("sleep", b'{"seconds": 60}', event.set)
    host.close()
    assert all(event.wait(5) for event in done)


def test_stopping_an_execution_before_its_first_turn_and_installing_twice() -> None:
    with Emulator([], []) as aws:
        evaluate = EvalComponent.eval
        install(aws._patching, aws._session)
        assert EvalComponent.eval is evaluate
        for _ in range(30):
            arn = begin(aws, {"W": {"Type": "Wait", "Seconds": 5, "End": True}})
            aws.client("stepfunctions").stop_execution(executionArn=arn)
            assert aws.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "ABORTED"
