"""Shows the steps of a running orchestration, one line each, and how it ended."""

import asyncio
import json
from typing import Any, Final

from portable_faas.cli.screen import compact, screen
from portable_faas.client import Handle, HistoryEvent

INTERVAL: Final = 0.1  # seconds between two looks at the history


async def show_steps(handle: Handle[Any]) -> None:
    """Print each step when it is recorded; when it is cancelled, print the rest and end."""
    seen = 0
    calls: dict[int, str] = {}
    with screen().status(f"running {handle.instance_id}") if screen().is_terminal else _Nothing():
        try:
            while True:
                seen = await _show_new(handle, seen, calls)
                await asyncio.sleep(INTERVAL)
        except asyncio.CancelledError:
            await _show_new(handle, seen, calls)
            raise


async def _show_new(handle: Handle[Any], seen: int, calls: dict[int, str]) -> int:
    events = await handle.history()
    for event in events[seen:]:
        line = _line(event, calls)
        if line:
            screen().print(line, markup=False)
    return len(events)


def _line(event: HistoryEvent, calls: dict[int, str]) -> str:
    time = f"{event.at:%H:%M:%S}.{event.at.microsecond // 1000:03}"
    match event.kind:
        case "Scheduled":
            calls[event.step] = f"{event.name}({', '.join(compact(value, 40) for value in event.data.values())})"
            return ""
        case "TimerSet":
            return f"{time}  ⏲ waiting for a durable timer"
        case "TimerFired":
            return f"{time}  ⏲ the timer fired"
        case "Completed":
            return f"{time}  ✓ {calls.get(event.step, event.name)} → {compact(event.data)}"
        case "AttemptFailed":
            failure = event.data["failure"]
            return f"{time}  ↻ {calls.get(event.step, event.name)} failed, will be tried again: {_reason(failure)}"
        case _:
            return f"{time}  ✗ {calls.get(event.step, event.name)} failed: {_reason(event.data)}"


def _reason(failure: dict[str, Any]) -> str:
    return f"{failure['type'].rpartition('.')[2]}: {failure['message']}"


def show_end(outcome: dict[str, Any]) -> None:
    """The outcome for people."""
    status, error = outcome["status"], outcome["error"]
    if error is None:
        screen().print(f"{status} {outcome['instance_id']}", style="bold green")
        screen().print(json.dumps(outcome["output"], ensure_ascii=False, indent=2), markup=False)
    else:
        screen().print(f"{status} {outcome['instance_id']}", style="bold red")
        screen().print(f"{error['type']}: {error['message']}", markup=False)
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in outcome["usage"].items())
    screen().print(counted, style="dim")


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...
