"""How a package gets to a function app, spoken to over HTTP with a server that answers as the platform does."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dill
import pytest
from portable_faas_infra.azure.one_deploy import PAUSE, Publisher, PublishError, second_address
from portable_faas_infra.azure.published import BlobUpload, OneDeploy, TriggerSync
from pulumi.dynamic.dynamic import serialize_provider

Asked = tuple[str, str, dict[str, str], bytes]


@contextmanager
def server(answers: list[tuple[int, Any]]) -> Iterator[tuple[str, list[Asked]]]:
    """A server that gives the answers in their order, the last one for ever; and what it was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, dict(self.headers), body))
            status, told = answers[min(len(asked), len(answers)) - 1]
            text = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}", asked
        finally:
            listening.shutdown()
            thread.join()


class Patient:
    """A publisher that does not really wait."""

    def __init__(self, patience: float = 60) -> None:
        self.waited = 0.0
        self.publisher = Publisher(lambda audience: f"token for {audience}", self.wait, patience)

    def wait(self, seconds: float) -> None:
        self.waited += seconds


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "app.zip").write_bytes(b"the zip")
    return tmp_path / "app.zip"


def test_it_uploads_and_waits_for_the_end(package: Path) -> None:
    patient = Patient()
    with server([(202, "d1"), (404, None), (200, {"status": 2}), (200, {"status": 4})]) as (address, asked):
        patient.publisher.one_deploy(address, package)
    method, path, headers, body = asked[0]
    assert (method, path, body) == ("POST", "/api/publish?RemoteBuild=false&Deployer=portable-faas", b"the zip")
    assert headers["Authorization"] == "Bearer token for https://management.azure.com"
    assert headers["Content-Type"] == "application/zip"
    assert [path for _, path, _, _ in asked[1:]] == ["/api/deployments/d1"] * 3
    assert patient.waited == 2 * PAUSE


def test_a_role_that_does_not_count_yet_is_waited_for(package: Path) -> None:
    refused = {"status": 3, "status_text": "Azure Storage responded with Forbidden"}
    patient = Patient()
    answers = [(403, None), (202, {"id": "d1"}), (200, refused), (202, {"id": "d2"}), (200, {"status": 4})]
    with server(answers) as (address, asked):
        patient.publisher.one_deploy(address, package)
    assert [method for method, *_ in asked] == ["POST", "POST", "GET", "POST", "GET"]


def test_a_deployment_that_fails_is_told_in_the_platforms_words(package: Path) -> None:
    with (
        server([(202, "d1"), (200, {"status": 3, "status_text": "host.json is not JSON"})]) as (address, _),
        pytest.raises(PublishError, match=r"ended with status 3: host\.json is not JSON"),
    ):
        Patient().publisher.one_deploy(address, package)


@pytest.mark.parametrize("status", [400, 413])
def test_what_will_not_change_is_not_tried_again(status: int, package: Path) -> None:
    with server([(status, "no")]) as (address, asked), pytest.raises(PublishError, match=f'{status} "no"'):
        Patient().publisher.one_deploy(address, package)
    assert len(asked) == 1


def test_patience_ends(package: Path) -> None:
    patient = Patient(patience=30)
    with server([(503, None)]) as (address, asked), pytest.raises(PublishError, match="503"):
        patient.publisher.one_deploy(address, package)
    assert (len(asked), patient.waited) == (4, 30)


def test_a_blob_is_written_with_a_token_of_storage(package: Path) -> None:
    with server([(201, None)]) as (address, asked):
        Patient().publisher.put_blob(f"{address}/app-package/1.zip", package)
    _, _, headers, body = asked[0]
    assert headers["Authorization"] == "Bearer token for https://storage.azure.com"
    assert {name.lower(): value for name, value in headers.items()}["x-ms-blob-type"] == "BlockBlob"
    assert body == b"the zip"


def test_the_address_that_takes_code() -> None:
    assert second_address("a-1.eastus-01.azurewebsites.net") == "https://a-1.scm.eastus-01.azurewebsites.net"


def test_a_package_is_published_when_its_hash_changes_and_at_no_other_time() -> None:
    old = {"to": "a.net", "sha256": "1", "package": "/one/app.zip"}
    assert OneDeploy().diff("id", old, {**old, "package": "/two/app.zip"}).changes is False
    assert OneDeploy().diff("id", old, {**old, "sha256": "2"}).changes is True
    assert BlobUpload().diff("id", old, {**old, "to": "b.net"}).replaces == ["to"]


@pytest.mark.parametrize("provider", [OneDeploy, BlobUpload, TriggerSync])
def test_a_provider_is_kept_by_its_name_so_a_new_version_of_it_changes_nothing(provider: type) -> None:
    kept = serialize_provider(provider())
    assert kept == serialize_provider(provider())
    assert len(kept) < 150
    assert type(dill.loads(base64.b64decode(kept))) is provider
