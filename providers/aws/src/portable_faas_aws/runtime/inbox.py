"""The external events of one run, and who waits for them: the body of a row, changed by pure functions.

    raised("go", id="1")         the oldest wait for "go" is given the event, and its bell is rung
    begin("#1", "go"), attach    a wait is known before its bell is, so the order of waits is that of the program
    receive("#1")                the program has the event: it leaves the row
    close("", 0, {7})            group 0 of the orchestrator has ended, and of the events given to its branches the
                                 program received number 7; the others go back to their places

A wait is called by its fiber and a number, ``/0.2#1``. What a wait received is kept until its fiber asks for something
later, because a Lambda that is tried again asks again.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, final

WAITING: Final = 1_000  # events at most; the same on every engine
IDS: Final = 1_000
SHORT: Final = 32  # bytes of the name of an event in the row
Body = dict[str, Any]


@final
class Abandoned(Exception):
    """The branch that asks belongs to a group that has ended; nobody hears of it any more."""


@final
class Event(NamedTuple):
    """One event; ``number`` is its place in the order of arrival, ``data`` JSON or the reference of it."""

    number: int
    name: str
    data: Any


@final
class Child(NamedTuple):
    """An instance that another one waits for; ``key`` is that of its start."""

    id: str
    key: str


def prepare(body: Body) -> Body:
    """Make an empty row an inbox."""
    for name in ("events", "ids", "waits"):
        body.setdefault(name, [])
    for name in ("received", "closed", "children", "ends", "locks", "settled"):
        body.setdefault(name, {})
    body.setdefault("number", 0)
    body.setdefault("run", 0)
    return body


def verdict(body: Body, event_id: str) -> str:
    """Whether an event with this id would be taken in: ``new``, ``duplicate`` or ``full``."""
    prepare(body)
    if event_id in body["ids"]:
        return "duplicate"
    return "full" if len(body["events"]) >= WAITING else "new"


def add(body: Body, name: str, data: Any, event_id: str) -> None:
    """Take in an event that ``verdict`` calls new."""
    body["ids"] = [*body["ids"], event_id][-IDS:]
    body["number"] += 1
    body["events"].append({"number": body["number"], "name": _short(name), "data": data, "for": None})
    _match(body)


def bells(body: Body) -> list[str]:
    """The tokens of the waits that have been given an event; one that was rung before does no harm."""
    prepare(body)
    given = {event["for"] for event in body["events"]}
    return [wait["token"] for wait in body["waits"] if wait["id"] in given and wait["token"]]


def begin(body: Body, run: int, wait: str, name: str) -> bool:
    """A wait begins, after all that have begun before; whether there is an event for it already."""
    _check(body, run, wait)
    if all(each["id"] != wait for each in body["waits"]) and wait not in body["received"]:
        body["waits"].append({"id": wait, "name": _short(name), "token": None})
        _match(body)
    return wait in body["received"] or _given(body, wait) is not None


def attach(body: Body, run: int, wait: str, token: str) -> bool:
    """The bell of a wait; whether it is to be rung at once."""
    _check(body, run, wait)
    for each in body["waits"]:
        if each["id"] == wait:
            each["token"] = token
    return _given(body, wait) is not None


def receive(body: Body, run: int, wait: str, since: int = 0) -> Event | None:
    """The event of a wait, which the program gets now; None if there is none, and the wait is over.

    ``since`` is the number of the first wait of the step that asks; what was received before it is forgotten.
    """
    _check(body, run, wait)
    fiber = wait.rpartition("#")[0]
    old = [each for each in body["received"] if each.rpartition("#")[0] == fiber and _number(each) <= since]
    for each in old:
        del body["received"][each]
    if wait in body["received"]:
        kept = body["received"][wait]
        return None if kept is None else Event(*kept)
    found = _given(body, wait)
    body["waits"] = [each for each in body["waits"] if each["id"] != wait]
    if found is None:
        body["received"][wait] = None
        return None
    body["events"].remove(found)
    event = Event(found["number"], found["name"], found["data"])
    body["received"][wait] = list(event)
    return event


def hold(body: Body, run: int, wait: str) -> Event | None:
    """The event of a wait that is a branch: it stays in its place until the program has the result of the group."""
    _check(body, run, wait)
    found = _given(body, wait)
    if found is None:
        body["waits"] = [each for each in body["waits"] if each["id"] != wait]
        return None
    return Event(found["number"], found["name"], found["data"])


def close(body: Body, run: int, owner: str, group: int, received: set[int]) -> list[Child]:
    """Group ``group`` of the fiber ``owner`` has ended; gives the children that nobody waits for now."""
    _check(body, run, f"{owner}#")
    below = f"{owner}/{group}."
    body["events"] = [event for event in body["events"] if event["number"] not in received]
    for event in body["events"]:
        if (event["for"] or "").startswith(below):
            event["for"] = None
    body["waits"] = [wait for wait in body["waits"] if not wait["id"].startswith(below)]
    for part in ("received", "closed", "settled"):
        body[part] = {name: each for name, each in body[part].items() if not name.startswith(below)}
    # Those of this group may be asked for again, if the Lambda that asks dies.
    body["ends"] = {name: each for name, each in body["ends"].items() if not _precedes(name, owner, group)}
    body["closed"][owner] = max(body["closed"].get(owner, 0), group + 1)
    _match(body)
    return take_children(body, below)


def leave(body: Body, run: int) -> list[Child]:
    """A branch has ended the run, and the next one has not begun: nobody writes for this one any more.

    Gives the children that nobody waits for; they stay in the row until they have been ended.
    """
    _check(body, run + 1, "#")
    return [Child(child["id"], child["key"]) for child in body["children"].values()]


def add_end(body: Body, run: int, group: Body, outcome: Body) -> bool:
    """A branch of a ``first`` has ended; whether that was enough of them. ``group`` is its fiber, and what it wants."""
    name = group["fiber"]
    _check(body, run, f"{name}.0#")
    owner, _, number = name.rpartition("/")
    old = [
        each for each in body["ends"] if each.rpartition("/")[0] == owner and int(each.rpartition("/")[2]) < int(number)
    ]
    for each in old:
        del body["ends"][each]
    ended = body["ends"].setdefault(name, [])
    if len(ended) < group["wanted"] and all(each["index"] != outcome["index"] for each in ended):
        ended.append(outcome)
    return bool(len(ended) >= group["wanted"])


def ends(body: Body, group: str) -> list[Body]:
    """The outcomes of the branches that ended first, in that order."""
    found: list[Body] = prepare(body)["ends"].get(group, [])
    return found


def add_child(body: Body, run: int, wait: str, instance: str, key: str) -> None:
    """A fiber is about to start the instance that it waits for; ``key`` is that of the start.

    Another child may still stand there: that of an earlier run, whose Lambda died before it was forgotten.
    """
    _check(body, run, wait)
    if body["children"].get(wait, {}).get("key") != key:
        body["children"][wait] = {"id": instance, "key": key, "token": None, "end": None}


def attach_child(body: Body, run: int, wait: str, token: str) -> Any:
    """The bell of that wait; how the child has ended, if it has."""
    _check(body, run, wait)
    if wait not in body["children"]:
        raise Abandoned
    body["children"][wait]["token"] = token
    return body["children"][wait]["end"]


def end_child(body: Body, wait: str, key: str, end: Any) -> str | None:
    """A child has ended, the one of this ``key``; the token of who waits for it."""
    child = prepare(body)["children"].get(wait)
    if child is None or child["key"] != key:
        return None
    child["end"] = end
    token: str | None = child["token"]
    return token


def forget_child(body: Body, wait: str, key: str) -> None:
    """Whoever waits for it has heard of its end."""
    if prepare(body)["children"].get(wait, {}).get("key") == key:
        del body["children"][wait]


def take_children(body: Body, below: str) -> list[Child]:
    """The children of these fibers, which nobody waits for any more."""
    found = {wait: child for wait, child in prepare(body)["children"].items() if wait.startswith(below)}
    body["children"] = {wait: child for wait, child in body["children"].items() if wait not in found}
    return [Child(child["id"], child["key"]) for child in found.values()]


def settle(body: Body, run: int, activity: str, outcome: Body) -> Body:
    """How an activity has ended, before anything comes of it: what was said first counts, whoever says it."""
    _check(body, run, activity)
    fiber = activity.rpartition("#")[0]
    if body["settled"].get(fiber, [""])[0] != activity:
        body["settled"][fiber] = [activity, outcome]
    found: Body = body["settled"][fiber][1]
    return found


def unsettle(body: Body) -> None:
    """Activities that have failed may be tried again, now that the instance is; and it is not to be forgotten."""
    body.pop("expires", None)
    settled = prepare(body)["settled"]
    body["settled"] = {fiber: each for fiber, each in settled.items() if "gave" in each[1]}


def suspend(body: Body, at: int) -> None:
    """No new step starts from now on; ``at`` is kept for the history."""
    if not prepare(body).get("suspended"):
        body.update(suspended=True, pauses=[])
        body.setdefault("suspensions", []).append([at, None])


def resume(body: Body, at: int) -> list[str]:
    """Steps start again; the bells of those that pause, also if somebody has resumed it before."""
    if prepare(body).get("suspended"):
        body["suspended"] = False
        body["suspensions"][-1][1] = at
    tokens: list[str] = body.get("pauses", [])
    return tokens


def pause(body: Body, token: str) -> bool:
    """The bell of a step that pauses; whether it is to be rung at once."""
    if not prepare(body).get("suspended"):
        return True
    body["pauses"].append(token)
    return False


def lock_of(body: Body, run: int, lock: str, names: Sequence[tuple[str, str]]) -> Body:
    """What is known of a lock, which is entered if nothing is; those that were freed are forgotten by then."""
    _check(body, run, lock)
    known: Body | None = body["locks"].get(lock)
    if known is None or known.get("freed"):
        known = {"names": [list(name) for name in names], "granted": False, "token": None}
        body["locks"] = {name: each for name, each in body["locks"].items() if not each.get("freed")} | {lock: known}
    return known


def locks(body: Body, below: str) -> dict[str, Body]:
    """The locks of these fibers, those included that have been freed last."""
    return {lock: known for lock, known in body.get("locks", {}).items() if lock.startswith(below)}


def free_lock(body: Body, lock: str) -> None:
    """A lock is held and asked for no more."""
    if lock in body.get("locks", {}):
        body["locks"][lock].update(freed=True, granted=False, token=None)


def _check(body: Body, run: int, wait: str) -> None:
    """``Abandoned`` for who belongs to a run, or to a group, that is over."""
    prepare(body)
    if body["run"] < run:  # the program has continued as new: what it has not received waits for this run
        for event in body["events"]:
            event["for"] = None
        body.update(run=run, waits=[], received={}, closed={}, ends={}, settled={})
    if body["run"] != run:
        raise Abandoned
    fiber, *groups = wait.rpartition("#")[0].split("/")
    for each in groups:
        number, _, _branch = each.partition(".")
        if int(number) < body["closed"].get(fiber, 0):
            raise Abandoned
        fiber = f"{fiber}/{each}"


def _match(body: Body) -> None:
    """Give free events to waits without one, the oldest to the oldest of its name."""
    given = {event["for"] for event in body["events"]}
    for wait in body["waits"]:
        if wait["id"] in given:
            continue
        free = (each for each in body["events"] if each["for"] is None and each["name"] == wait["name"])
        event = next(free, None)
        if event is not None:
            event["for"] = wait["id"]


def _precedes(group: str, owner: str, number: int) -> bool:
    """Whether a group belongs to a fiber's groups before that ``number``, or is inside one of them."""
    first = group.removeprefix(f"{owner}/").partition("/")[0].partition(".")[0]
    return group.startswith(f"{owner}/") and int(first) < number


def _short(name: str) -> str:
    """A name as it stands in the row, which has to hold 1,000 of them."""
    if len(name.encode()) <= SHORT:
        return name
    from hashlib import sha256

    return sha256(name.encode()).hexdigest()[:SHORT]


def _given(body: Body, wait: str) -> Any:
    return next((event for event in body["events"] if event["for"] == wait), None)


def _number(wait: str) -> int:
    return int(wait.rpartition("#")[2])
