"""Reads from a function's code which operations of resources it calls, without running it.

    async def place(order): await orders.send(order)      ->      {Grant("queue", "orders", "send")}

Followed are names of the module and of enclosing functions, attributes of modules, and the program's own functions
and activities that are called by such a name. What hides behind a variable, a parameter or an object is not seen:
that is what ``uses=`` is for.
"""

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

from portable_faas.resources.grant import Grant

_LOADS: Final = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"})
_ATTRIBUTES: Final = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_NOTHING: Final = object()


def read_grants(fn: Callable[..., Any]) -> frozenset[Grant]:
    """The grants that the code of ``fn`` shows a need of."""
    found: set[Grant] = set()
    seen: set[CodeType] = set()
    work: list[FunctionType] = [_plain(fn)] if _plain(fn) is not None else []
    while work:
        function = work.pop()
        if function.__code__ in seen:
            continue
        seen.add(function.__code__)
        for used in _used(function, function.__code__):
            if isinstance(used, Grant):
                found.add(used)
            elif _is_program(used):
                work.append(used)
    return frozenset(found)


def _plain(found: Any) -> Any:
    """The function behind a declared one; None for what is no Python function."""
    fn = getattr(found, "fn", found)
    return fn if isinstance(fn, FunctionType) else None


def _used(function: FunctionType, code: CodeType) -> Iterator[Any]:
    """The grants and functions that a body names, nested bodies included."""
    for chain in _chains(code):
        found = _first(function, chain[0])
        for attribute in chain[1:]:
            if hasattr(found, "granted"):
                break
            found = _attribute(found, attribute)
        else:
            attribute = ""
        grant = found.granted(attribute) if attribute and hasattr(found, "granted") else None
        if grant is not None:
            yield grant
        elif not hasattr(found, "granted") and _plain(found) is not None:
            yield _plain(found)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used(function, constant)


def _chains(code: CodeType) -> Iterator[list[str]]:
    """Dotted names as lists: ``module.orders.send`` -> ["module", "orders", "send"]."""
    import dis  # only when something is asked for: `dis` takes milliseconds to load

    chain: list[str] = []
    for step in dis.get_instructions(code):
        if step.opname in _ATTRIBUTES and chain:
            chain.append(str(step.argval))
            continue
        if chain:
            yield chain
        chain = [str(step.argval)] if step.opname in _LOADS else []
    if chain:
        yield chain


def _first(function: FunctionType, name: str) -> Any:
    free = function.__code__.co_freevars
    if name in free and function.__closure__ is not None:
        try:
            return function.__closure__[free.index(name)].cell_contents
        except ValueError:
            return _NOTHING  # assigned later
    return function.__globals__.get(name, _NOTHING)


def _attribute(found: Any, name: str) -> Any:
    if isinstance(found, ModuleType):
        return getattr(found, name, _NOTHING)
    return getattr(found, "__dict__", {}).get(name, _NOTHING)


def _is_program(function: FunctionType) -> bool:
    top = (function.__module__ or "").partition(".")[0]
    library = top in sys.stdlib_module_names or "site-packages" in function.__code__.co_filename
    return not library and not _is_ours(function)


def _is_ours(function: FunctionType) -> bool:
    module = function.__module__ or ""
    return module.startswith("portable_faas.") and "scenarios" not in module
