"""Prints how many requests a second a hello route answers: ours and Starlette's, both over uvicorn with httptools.

    python -m bench.serving [--seconds 2] [--runs 5]

Each server is a process of its own; one client process asks over 16 kept-alive connections. The runs are interleaved
and the median counts; only the ratio means something elsewhere. Below it: the CPU time of our handler alone, per call.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from bench.handlers import app
from portable_faas.local.backend import LocalBackend
from portable_faas.triggers import Request

ROOT: Final = Path(__file__).parent.parent
CONNECTIONS: Final = 16
ASK: Final = b"GET /hello HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n"


def serve_ours() -> None:
    """Serve ``app`` as ``pfaas dev`` does."""
    from portable_faas.local.server import listening, serve

    listener = listening("127.0.0.1", 0)
    asyncio.run(serve(LocalBackend(app), listener, lambda origin: print(origin, flush=True)))


def serve_starlette() -> None:
    """Serve the same route as a Starlette application."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request as StarletteRequest
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from portable_faas.local.server import listening, origin_of

    async def hello(_request: StarletteRequest) -> PlainTextResponse:
        return PlainTextResponse("Hello, world!")

    listener = listening("127.0.0.1", 0)
    made = Starlette(routes=[Route("/hello", hello)])
    config = uvicorn.Config(made, http="httptools", loop="asyncio", log_config=None, access_log=False)
    print(origin_of(listener), flush=True)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


SERVERS: Final = {"portable_faas": serve_ours, "Starlette": serve_starlette}


async def rate(port: int, seconds: float) -> float:
    """Answers per second."""
    until = time.perf_counter() + seconds
    counts = await asyncio.gather(*(asking(port, until) for _ in range(CONNECTIONS)))
    return sum(counts) / seconds


async def asking(port: int, until: float) -> int:
    """Ask over one connection until the time is over; how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < until:
        writer.write(ASK)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        assert await reader.readexactly(13) == b"Hello, world!"
        count += 1
    writer.close()
    return count


def throughput(seconds: float, runs: int) -> dict[str, list[float]]:
    """The rates of the interleaved runs."""
    with ExitStack() as stack:
        ports = {name: _started(stack, name) for name in SERVERS}
        for port in ports.values():
            asyncio.run(rate(port, 0.5))
        taken: dict[str, list[float]] = {name: [] for name in SERVERS}
        for _ in range(runs):
            for name, port in ports.items():
                taken[name].append(asyncio.run(rate(port, seconds)))
    return taken


def _started(stack: ExitStack, name: str) -> int:
    command = [sys.executable, "-m", "bench.serving", "--serve", name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    assert process.stdout is not None
    stack.callback(process.stdout.close)
    return int(process.stdout.readline().rpartition(":")[2])


async def handler_cost(given: Sequence[Any], count: int = 3000) -> float:
    """Microseconds of CPU time per call of our handler, without any server: the best of five runs."""
    backend = LocalBackend(app)
    await backend.serve()
    taken = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(count):
            answer = await backend.answer(Request(*given))
        taken.append((time.process_time() - started) / count * 1e6)
        assert answer.status == 200
    await backend.close()
    return min(taken)


def main() -> None:
    sys.path[:] = [
        place for place in sys.path if Path(place or ".").resolve() != ROOT / "bench"
    ]  # this file is no `http`
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    if given.serve:
        SERVERS[given.serve]()
        return
    taken = {name: statistics.median(rates) for name, rates in throughput(given.seconds, given.runs).items()}
    for name, rates in taken.items():
        print(f"  {name:<16}{rates:>10.0f} requests/s")
    print(f"  ratio           {taken['portable_faas'] / taken['Starlette']:>10.2f}")
    headers = [("host", "bench"), ("accept", "*/*"), ("user-agent", "bench"), ("content-type", "application/json")]
    plain = asyncio.run(handler_cost(("GET", "/hello", "", headers)))
    typed = asyncio.run(handler_cost(("POST", "/items/7", "", headers, b'{"name": "pen", "price": 2.5}')))
    print(f"  handler alone   {plain:>10.1f} us for hello, {typed:.1f} us with a path, a body and a result of types")


if __name__ == "__main__":
    main()
