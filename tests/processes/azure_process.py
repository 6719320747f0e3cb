"""Starts the host process for a test, talks to it over HTTP with the standard library only, and kills it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from portable_faas_azure.emulator.folder import write

from portable_faas import App
from tests.processes.azure_target import RUNS

MODULE = "portable_faas_azure.emulator.host_process"
WEB_HOOK = "/runtime/webhooks/durabletask"


class Answer(NamedTuple):
    """What came back over HTTP."""

    status: int
    body: Any
    headers: Any


def asked(method: str, url: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
    """One request."""
    data = None if body is None else body.encode()
    request = Request(url, data, headers or {}, method=method)
    if body is not None and headers is None:
        request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request, timeout=60) as answer:
            return Answer(answer.status, _json(answer.read()), answer.headers)
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, _json(refused.read()), refused.headers)


def _json(text: bytes) -> Any:
    return json.loads(text) if text else None


class Running:
    """A host process over ``folder``; use it with ``with``. ``host`` is the file of another program than ours."""

    def __init__(self, folder: Path, connection: str, *options: str, host: Path | None = None) -> None:
        environment = {
            **os.environ,
            "AzureWebJobsStorage": connection,
            RUNS: str(folder / "runs"),
        }
        program = ["-m", MODULE] if host is None else [str(host)]
        self.process = subprocess.Popen(
            [sys.executable, "-P", *program, str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )

    def ready(self) -> "Running":
        """Wait until it serves."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line and self.process.stderr is not None:
            raise AssertionError(f"the host did not start: {self.process.stderr.read().decode()}")
        told = json.loads(line)
        self.url, self.key = f"http://127.0.0.1:{told['port']}", told["key"]
        return self

    def api(self, path: str, query: str = "") -> str:
        """The URL of the durable API."""
        return f"{self.url}{WEB_HOOK}/{path}?code={self.key}{query}"

    def tested(self, path: str, query: str = "") -> str:
        """The URL of the host's own API for tests."""
        return f"{self.url}/emulator/{path}?code={self.key}{query}"

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def built(app: App, folder: Path, hub: str) -> Path:
    """The folder of the app under test, whose settings name ``hub``."""
    made = write(app, folder)
    settings = json.loads((made / "host.json").read_text())
    settings["extensions"]["durableTask"]["hubName"] = hub
    (made / "host.json").write_text(json.dumps(settings))
    return made
