"""The HTTP side of the emulated account: moto's server on a free port of the loopback."""

import threading
from collections.abc import Callable
from typing import Any, Final, final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer

POLL: Final = 0.02  # seconds until the listener notices that it is to stop


class _Quiet(MotoRequestHandler):
    """Writes no line per request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


class _Server(ThreadedWSGIServer):
    """Joins its request threads when it closes."""

    daemon_threads = False
    block_on_close = True


class _Dispatcher(DomainDispatcherApplication):
    """Takes every API for an HTTP API: both kinds have one host, and moto needs a validator to load REST APIs."""

    def get_backend_for_host(self, host: str | None) -> Any:
        """The service that a host stands for."""
        found = super().get_backend_for_host(host)
        return "apigatewayv2" if found == "apigateway" else found


@final
class Server:
    """Serves until ``stop``; ``endpoint`` is its URL. ``guarded`` puts something before the application."""

    def __init__(self, guarded: Callable[[Any], Any] = lambda app: app) -> None:
        app = guarded(_Dispatcher(create_backend_app))
        self._server = _Server("127.0.0.1", 0, app, handler=_Quiet)
        self.endpoint: Final = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL,), name="emulator-http", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Serve no more; requests at work are finished first."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
