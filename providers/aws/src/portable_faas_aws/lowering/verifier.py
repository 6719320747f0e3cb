"""What must hold of every state machine that we make; a violation is a bug of ours and raises ``AssertionError``.

state "after charge" reads $call, which is not assigned on every way to it

Sources: the Amazon States Language specification; Step Functions Developer Guide, "Passing data between states with
variables" (names, scopes), "Transforming data with JSONata" (`$eval`, `$`, `$states`), "Service quotas".
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from portable_faas_aws.lowering.asl import State
from portable_faas_aws.lowering.expressions import code_of, uses

LONGEST_NAME: Final = 80  # characters of the name of a state, and of a variable
LARGEST: Final = 1024 * 1024  # bytes of a definition
ENDS: Final = ("Succeed", "Fail")
_ALL: Final = "States.ALL"
_INSIDE: Final = ("ItemProcessor", "Branches")  # state machines of their own, with their own variables
# What may ask for the result of a state: fields that are evaluated when it has one.
_AFTERWARDS: Final = ("Assign", "Output")

Names = frozenset[str]


def size_of(machine: dict[str, Any]) -> int:
    """The bytes of a definition as a build writes it."""
    return len(json.dumps(machine, ensure_ascii=False, indent=1).encode())


def verify(machine: State) -> None:
    """Check a whole definition."""
    size = size_of(machine)
    _hold(size <= LARGEST, f"the definition has {size} bytes, over the limit of {LARGEST}")
    _verify_names([name for states in _all_states(machine) for name in states])
    _verify_scope(machine, frozenset(), frozenset())


def _all_states(scope: State) -> Iterator[dict[str, State]]:
    """The states of the scope and of every scope inside it."""
    work = [scope]
    while work:
        states = work.pop()["States"]
        yield states
        work += [inner for state in states.values() for inner in _inner(state)]


def _inner(state: State) -> list[State]:
    return [*([state["ItemProcessor"]] if "ItemProcessor" in state else []), *state.get("Branches", [])]


def _verify_names(names: list[str]) -> None:
    twice = {name for name in names if names.count(name) > 1} if len(names) != len(set(names)) else set()
    _hold(not twice, f"two states are called {sorted(twice)}")
    for name in names:
        _hold(0 < len(name) <= LONGEST_NAME, f"a state's name has {len(name)} characters: {name}")


def _verify_scope(scope: State, given: Names, outer: Names) -> None:
    """Check the states of one scope; ``given`` are assigned before it, ``outer`` may be, and so are not its own."""
    states: dict[str, State] = scope["States"]
    before = _assigned_before(scope, given)
    own = frozenset(name for state in states.values() for name in _assigned(state))
    _hold(not own & outer, f"an inner scope assigns {sorted(own & outer)}, which an outer one has")
    for name, state in states.items():
        where = f"state {name!r}"
        _hold(name in before, f"{where} cannot be reached")
        _verify_variables(state, where)
        _verify_end(state, where)
        _verify_errors(state, where)
        _verify_times(state, where)
        _verify_expressions(state, before[name], where)
        for inner in _inner(state):
            _verify_scope(inner, before[name], outer | own)


def _assigned_before(scope: State, given: Names) -> dict[str, Names]:
    """The variables that every way to a state has assigned, for each state that can be reached."""
    states: dict[str, State] = scope["States"]
    _hold(scope["StartAt"] in states, f"the first state, {scope['StartAt']!r}, does not exist")
    before: dict[str, Names] = {scope["StartAt"]: given}
    work = [scope["StartAt"]]
    while work:
        name = work.pop()
        for to, assigned in _ways(states[name]):
            _hold(to in states, f"state {name!r} goes on at {to!r}, which does not exist")
            found = before[name] | assigned
            narrowed = found & before.get(to, found)
            if narrowed != before.get(to):
                before[to] = narrowed
                work.append(to)
    return before


def _ways(state: State) -> Iterator[tuple[str, Names]]:
    """Where a state leads, and what it assigns on that way; a Catch assigns for itself."""
    assigned = frozenset(state.get("Assign", ()))
    for field in ("Next", "Default"):
        if field in state:
            yield state[field], assigned
    for rule in [*state.get("Choices", ()), *state.get("Catch", ())]:
        yield rule["Next"], frozenset(rule.get("Assign", ()))


def _assigned(state: State) -> Iterator[str]:
    for place in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        yield from place.get("Assign", ())


def _verify_variables(state: State, where: str) -> None:
    for name in _assigned(state):
        fine = name.isidentifier() and len(name) <= LONGEST_NAME and name != "states"
        _hold(fine, f"{where} assigns {name!r}, which no variable can be called")


def _verify_end(state: State, where: str) -> None:
    ways = ("Next" in state) + bool(state.get("End"))
    if state["Type"] == "Choice":
        _hold(ways == 0 and "Default" in state, f"{where} is a choice without a default, or with an end of its own")
    else:
        _hold(ways == (state["Type"] not in ENDS), f"{where} does not have exactly one way on")


def _verify_errors(state: State, where: str) -> None:
    for field in ("Retry", "Catch"):
        rules = state.get(field, [])
        for number, rule in enumerate(rules, 1):
            errors = rule["ErrorEquals"]
            _hold(bool(errors), f"{where} has a {field} for no error")
            last = number == len(rules) and errors == [_ALL]
            _hold(_ALL not in errors or last, f"{where} has {_ALL} in a {field} that is not the last, or not alone")


def _verify_times(state: State, where: str) -> None:
    heartbeat, timeout = state.get("HeartbeatSeconds"), state.get("TimeoutSeconds")
    if isinstance(heartbeat, int) and isinstance(timeout, int):
        _hold(heartbeat < timeout, f"{where} has a heartbeat of {heartbeat} s and a time-out of {timeout} s")
    for rule in state.get("Retry", ()):
        wait, most = rule.get("IntervalSeconds", 1), rule.get("MaxDelaySeconds")
        _hold(most is None or wait <= most, f"{where} waits {wait} s at first, and {most} s at most")


def _verify_expressions(state: State, known: Names, where: str) -> None:
    for path, code in _expressions({key: value for key, value in state.items() if key not in _INSIDE}):
        found = uses(code)
        unknown = sorted(found.reads - known)
        _hold(not unknown, f"{where} reads ${', $'.join(unknown)}, which is not assigned on every way to it")
        _hold(not found.evaluates, f"{where} uses $eval, which Step Functions does not have")
        _hold(not found.root, f"{where} reads $ or $$, and there is no input document: {code.strip()}")
        _verify_parts(found.parts, path, where)


def _verify_parts(parts: Names, path: tuple[str, ...], where: str) -> None:
    """``$states.result`` exists once the state has ended, ``$states.errorOutput`` in a Catch."""
    _hold("errorOutput" not in parts or path[0] == "Catch", f"{where} asks for an error outside a Catch")
    _hold("result" not in parts or path[0] in _AFTERWARDS, f"{where} asks for its result in {'.'.join(path)}")


def _expressions(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every expression below ``value``, with the keys that lead to it."""
    if isinstance(value, str):
        code = code_of(value)
        if code is not None:
            yield path, code
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _expressions(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item, path)


def _hold(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)
