"""Runs one attempt of an activity: arguments in as text, an envelope out; an error is an ordinary result.

    run('{"n":2}')  ->  '{"ok":4}'      '{"error":{"type":"ValueError","message":"..."}}'

The SDK would turn an exception that leaves the function into a text of its type and message only.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from portable_faas.app import Activity
from portable_faas.errors import ActivityCrashed
from portable_faas.resources.acting import acting
from portable_faas.values import capture, dumps, loads, out_of_coroutine
from portable_faas.values.logged import log_failure
from portable_faas_azure.runtime.envelope import raised, returned

LOG: Final = logging.getLogger("portable_faas.azure")
COROUTINE: Final = 0x80  # inspect.CO_COROUTINE
Around = Callable[[str], AbstractContextManager[None]]


def runner(activity: Activity[..., Any], around: Around | None = None) -> Callable[..., Any]:
    """The function that is registered for ``activity``; a coroutine function where the activity is one.

    ``around`` gives what an activity that may use resources runs inside of, for the durable client of the invocation.
    """
    return _plain(activity) if around is None else _with_resources(activity, around)


def _with_resources(activity: Activity[..., Any], around: Around) -> Callable[..., Any]:
    call = _plain(activity)

    def run(payload: str, binding: str) -> Any:
        with around(binding), acting(activity.name, activity.grants):
            return call(payload)

    async def run_async(payload: str, binding: str) -> Any:
        with around(binding), acting(activity.name, activity.grants):
            return await call(payload)

    registered: Callable[..., Any] = run_async if activity.fn.__code__.co_flags & COROUTINE else run
    registered.__name__ = activity.name
    return registered


def _plain(activity: Activity[..., Any]) -> Callable[[str], Any]:
    signature, fn = activity.signature, activity.fn

    def run(payload: str) -> str:
        try:
            return _encoded(activity, signature().call(fn, (), loads(payload)))
        except BaseException as error:
            return _failed(activity, error)

    async def run_async(payload: str) -> str:
        try:
            return _encoded(activity, await signature().call(fn, (), loads(payload)))
        except BaseException as error:
            return _failed(activity, error)

    registered: Callable[[str], Any] = run_async if fn.__code__.co_flags & COROUTINE else run
    registered.__name__ = activity.name
    return registered


def _encoded(activity: Activity[..., Any], result: object) -> str:
    return returned(dumps(activity.signature().encode_result(result), "result"))


def _failed(activity: Activity[..., Any], error: BaseException) -> str:
    """The failure; its traceback and what cannot cross go to the log. An exit of the process is a crash."""
    log_failure(LOG, logging.INFO, error, "an attempt of activity %s failed", activity.name)
    failure = capture(out_of_coroutine(error) if isinstance(error, Exception) else ActivityCrashed(activity.name))
    for dropped in failure.dropped:
        LOG.warning("%s raised by activity %s loses what may not cross: %s", failure.type, activity.name, dropped)
    return raised(failure)
