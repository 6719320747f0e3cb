"""The connection of the dev server: one piece for a small answer, everything in order for a long one."""

import asyncio
from typing import Any

from portable_faas.local.connection import LONG, _Joining


class Transport:
    def __init__(self) -> None:
        self.done: list[Any] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return False


def joining(transport: Transport) -> _Joining:
    given: Any = transport
    return _Joining(given, asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_is_sent_in_one_piece() -> None:
    below = Transport()
    transport = joining(below)
    transport.write(b"head ")
    transport.write(b"body")
    assert below.done == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert below.done == [b"head body", b"next"]
    assert not transport.is_closing()


async def test_a_long_body_and_the_end_follow_what_was_written_before() -> None:
    below = Transport()
    transport = joining(below)
    transport.write(b"head ")
    transport.write(b"x" * LONG)
    assert below.done == [b"head " + b"x" * LONG]
    transport.write(b"rest")
    transport.close()
    await asyncio.sleep(0)
    assert below.done[1:] == [b"rest", "closed"]
