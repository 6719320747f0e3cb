"""Runs one attempt of an activity, and says what a state machine makes of a failure.

attempt(call, '{"n": 2}')  ->  ("4", None)    or    ("", Failure("ValueError", "..."))
"""

import sys
from collections.abc import Coroutine
from typing import Any, Final

from portable_faas.context.calls import ActivityCall
from portable_faas.errors import ActivityCrashed
from portable_faas.values import Failure, capture, dumps, loads, out_of_coroutine, rebuild
from portable_faas_aws.runtime.coroutines import rest_of

COROUTINE: Final = 0x80  # inspect.CO_COROUTINE


def attempt(call: ActivityCall[Any], args: str) -> tuple[str, Failure | None]:
    """The result as JSON, or the failure; the traceback and what cannot cross go to the log."""
    try:
        result = call.signature().call(call.fn, (), loads(args))
        if call.fn.__code__.co_flags & COROUTINE:
            result = _awaited(result)
        return dumps(call.signature().encode_result(result), "result"), None
    except BaseException as error:
        return "", _failure(call, error)


def _failure(call: ActivityCall[Any], error: BaseException) -> Failure:
    from logging import INFO, getLogger

    from portable_faas.values.logged import log_failure

    log = getLogger("portable_faas.aws")
    log_failure(log, INFO, error, "an attempt of activity %s failed", call.name)
    failure = capture(out_of_coroutine(error) if isinstance(error, Exception) else ActivityCrashed(call.name))
    for dropped in failure.dropped:
        log.warning("%s raised by activity %s loses what may not cross: %s", failure.type, call.name, dropped)
    return failure


def _awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine; asyncio, which takes longer to load than all of ours, only where it is needed."""
    if "asyncio" not in sys.modules:
        try:
            first = coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        coroutine = rest_of(coroutine, first)
    import asyncio

    return asyncio.run(coroutine)


def tried_again(call: ActivityCall[Any], tried: int, failure: Failure) -> bool:
    """Whether the policy wants another attempt after ``tried`` of them."""
    return call.wait_after(tried, rebuild(failure)) is not None


def next_wait(call: ActivityCall[Any], tried: int, failure: Failure) -> float | None:
    """Seconds until the next attempt after ``tried`` of them, jitter included; None if that was the last."""
    wait = call.wait_after(tried, rebuild(failure))
    if wait is None or call.retry is None or not call.retry.jitter:
        return wait
    from random import uniform

    return uniform(0.0, wait)
