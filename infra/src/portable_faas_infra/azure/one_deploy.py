"""Brings a package to a function app: One Deploy on Flex Consumption, a blob on the older plan.

One Deploy is a POST of the zip to the app's second address, then a look now and then at how far it is. A role that
has just been given takes minutes to count everywhere, so what is forbidden now is tried again for a while.

Sources: "Deployment technologies in Azure Functions", "Put Blob", "Sync triggers", learn.microsoft.com;
the statuses are those of Kudu's `DeployStatus`.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, final

MANAGEMENT: Final = "https://management.azure.com"
STORAGE: Final = "https://storage.azure.com"
VERSION: Final = "2024-08-04"  # of the blob service's REST interface
SITES: Final = "2024-04-01"  # of Microsoft.Web's
PATIENCE: Final = 15 * 60  # seconds, for roles that have just been given
PAUSE: Final = 10  # seconds between two tries or looks
LATER: Final = frozenset({401, 403, 404, 408, 409, 429, 500, 502, 503, 504})
FAILED, SUCCEEDED = 3, 4
ENDED: Final = frozenset({FAILED, SUCCEEDED, 5, 6})  # 5 partly succeeded, 6 in conflict with another


@final
class PublishError(Exception):
    """The package did not get there; the text is the platform's own."""


@final
class Answer(NamedTuple):
    """What a server said."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body for people, shortened."""
        return self.body.decode(errors="replace").strip()[:500]


Token = Callable[[str], str]  # takes the resource that the token is for


@final
class Publisher:
    """Publishes with the tokens of ``token``; ``pause`` waits, and ``patience`` is in seconds of waiting."""

    def __init__(self, token: Token, pause: Callable[[float], None] = time.sleep, patience: float = PATIENCE) -> None:
        self._token = token
        self._pause = pause
        self._patience = patience

    def one_deploy(self, address: str, package: Path) -> None:
        """Deploy to the app whose second address is ``address``; ``PublishError`` if it does not succeed."""
        url = f"{address}/api/publish?RemoteBuild=false&Deployer=portable-faas"
        left = self._patience
        while True:
            accepted, waited = self._insist("POST", url, MANAGEMENT, package.read_bytes(), "application/zip", left)
            told, looked = self._ended(address, _deployment(accepted), left - waited)
            if told["status"] == SUCCEEDED:
                return
            left -= waited + looked + PAUSE
            text = str(told.get("status_text") or told.get("message") or told["status"])
            if "forbidden" not in text.lower() or left <= 0:
                raise PublishError(f"the deployment to {address} ended with status {told['status']}: {text}")
            self._pause(PAUSE)

    def put_blob(self, url: str, package: Path) -> None:
        """Upload to a blob; ``PublishError`` if it is refused."""
        more = {"x-ms-blob-type": "BlockBlob", "x-ms-version": VERSION}
        self._insist("PUT", url, STORAGE, package.read_bytes(), "application/zip", self._patience, more)

    def delete_blob(self, url: str) -> None:
        """Delete a blob; one that is not there is as good as deleted."""
        answer = self._ask("DELETE", url, STORAGE, None, {"x-ms-version": VERSION})
        if answer.status not in (202, 404):
            raise PublishError(f"DELETE {url}: {answer.status} {answer.text}")

    def sync_triggers(self, site: str, management: str = MANAGEMENT) -> None:
        """Let the platform read the functions of an app whose package it did not bring there itself."""
        url = f"{management}{site}/syncfunctiontriggers?api-version={SITES}"
        self._insist("POST", url, MANAGEMENT, b"", "application/json", self._patience)

    def _insist(
        self,
        method: str,
        url: str,
        audience: str,
        body: bytes,
        kind: str,
        left: float,
        more: Mapping[str, str] = {},
    ) -> tuple[Answer, float]:
        """Ask again while the answer may change; the answer, and the seconds that were waited."""
        waited = 0.0
        while True:
            answer = self._ask(method, url, audience, body, {"Content-Type": kind, **more})
            if 200 <= answer.status < 300:
                return answer, waited
            if answer.status not in LATER or waited >= left:
                raise PublishError(f"{method} {url}: {answer.status} {answer.text}")
            self._pause(PAUSE)
            waited += PAUSE

    def _ended(self, address: str, deployment: str, left: float) -> tuple[dict[str, Any], float]:
        url, waited = f"{address}/api/deployments/{deployment}", 0.0
        while True:
            answer = self._ask("GET", url, MANAGEMENT, None, {})
            told = json.loads(answer.body) if answer.status == 200 else {}
            if told.get("status") in ENDED:
                return told, waited
            if waited >= left:
                raise PublishError(f"{url} tells no end after {waited:.0f} s: {answer.status} {answer.text}")
            self._pause(PAUSE)
            waited += PAUSE

    def _ask(self, method: str, url: str, audience: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        every = {"Authorization": f"Bearer {self._token(audience)}", **headers}
        request = urllib.request.Request(url, data=body, method=method, headers=every)
        try:
            with urllib.request.urlopen(request, timeout=600) as response:
                return Answer(response.status, response.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.read())
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as lost:
            return Answer(503, str(lost).encode())


def second_address(host: str) -> str:
    """Where an app is deployed to.

    orders-dev0123456.azurewebsites.net   ->   https://orders-dev0123456.scm.azurewebsites.net
    """
    name, _, domain = host.partition(".")
    return f"https://{name}.scm.{domain}"


def signed_in(audience: str) -> str:
    """A token of who is signed in here: by environment, workload or managed identity, Azure CLI and others."""
    from azure.identity import DefaultAzureCredential

    with DefaultAzureCredential() as credential:
        token: str = credential.get_token(f"{audience}/.default").token
    return token


def _deployment(accepted: Answer) -> str:
    """The id of a deployment: JSON text, or an object that has it."""
    try:
        told = json.loads(accepted.body)
    except ValueError:
        return "latest"
    found = told.get("id") if isinstance(told, dict) else told
    return found if isinstance(found, str) else "latest"
