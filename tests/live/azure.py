"""A deployed Function App, over its durable HTTP API only: so nothing of ours but the text of inputs and outputs.

Source of the routes: "HTTP API reference" of Durable Functions, learn.microsoft.com.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, Final, final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

from portable_faas_azure.runtime.envelope import failure_of

from portable_faas.values import dumps, loads
from tests.live.cases import Case, Outcome
from tests.live.report import Missing

URL: Final = "PFAAS_LIVE_AZURE_URL"
KEY: Final = "PFAAS_LIVE_AZURE_KEY"
NEEDED: Final = {
    URL: "the address of the function app, as https://NAME.azurewebsites.net",
    KEY: "its system key durabletask_extension (az functionapp keys list)",
}
SECONDS: Final = 300  # for one case; a cold start and a queue that is polled every ten seconds are in it
ENDED: Final = ("Completed", "Failed", "Terminated")


@final
class Live:
    """The app behind a URL."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = environment[URL].rstrip("/")
        self._key = environment[KEY]
        self.where: Final = self._url.partition("://")[2]

    async def ended(self, case: Case) -> Outcome:
        """Start a case and wait for its end."""
        return await asyncio.to_thread(self._ended, case)

    def _ended(self, case: Case) -> Outcome:
        orchestrator, instance = case.orchestrator, uuid4().hex
        text = dumps(orchestrator.signature().encode_input(case.input), "input")
        self._ask("POST", f"orchestrators/{orchestrator.name}/{instance}", json.dumps(text))
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = self._ask("GET", f"instances/{instance}")
            if found["runtimeStatus"] in ENDED:
                return outcome(found)
            time.sleep(0.5)
        return Outcome(f"not ended after {SECONDS} s")

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        url = f"{self._url}/runtime/webhooks/durabletask/{path}"
        headers = {"x-functions-key": self._key, "Content-Type": "application/json"}
        request = Request(url, None if body is None else body.encode(), headers, method=method)
        try:
            with urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except HTTPError as refused:
            with refused:
                told = refused.read().decode("utf-8", "replace")[:300]
            raise Missing(f"{method} {url} answered {refused.code}: {told}; is the smoke app there?") from refused
        except (URLError, TimeoutError) as lost:
            raise Missing(f"{url} cannot be reached: {getattr(lost, 'reason', lost)}") from lost


def outcome(found: Mapping[str, Any]) -> Outcome:
    """How the status of the durable API says that an instance has ended."""
    status, output, custom = found["runtimeStatus"], found["output"], found["customStatus"]
    published = None if custom is None else loads(custom)
    if status == "Completed":
        return Outcome(status, loads(output), None, published)
    return Outcome(status, None, failure_of(output).to_wire() if status == "Failed" else output, published)
