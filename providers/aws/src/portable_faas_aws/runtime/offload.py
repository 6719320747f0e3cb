"""Puts what is too large for a state machine into S3, and a reference in its place; and gets it back.

    {"to": "2:ship", "state": <300 KiB of text>, "call": {...}}
    {"to": "2:ship", "state": {"$pf": ["s3", "Zk3xq0ZPpQ4mT1aB"]}, "call": {...}}

What a state machine looks into itself stays where it is; the rest are texts, and failures, which only our own code
reads. The object of a reference has the key ``values/<key of the start>/<reference>``, and its reference is a hash of
what it holds, so an attempt that runs again writes the same object again.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final, final

from portable_faas_aws.runtime.bucket import CONNECTIONS, Bucket

MARK: Final = "$pf"
KIND: Final = "s3"
JOINED: Final = "list"
SUMMED: Final = "sum"
FOLDER: Final = "values/"
KEPT_DAYS: Final = 400  # one run lasts under a year, its record is kept for 90 days, of which the result needs few

TEXTS: Final = frozenset({"state", "given", "args", "helper", "value", "wire"})
FAILURES: Final = frozenset({"raise", "error"})
INSIDE: Final = frozenset({"call", "then", "ran", "next", "resume"})

# Step Functions takes 262,144 bytes of Arguments, result, variable or output, and 32,768 characters of cause (Developer
# Guide, "Service quotas"; API reference, SendTaskFailure). The Arguments of a step hold a state, and either what was
# caught, in which every quotation mark is escaped once more, or the outcomes of branches.
ROOM: Final = 160 * 1024  # bytes of a result, or of an execution's input
GATHERING: Final = 40 * 1024  # bytes of a state that is kept beside the outcomes of branches
OUTCOMES: Final = 176 * 1024  # bytes of all of these
BESIDE_INPUT: Final = 128 * 1024  # bytes of all of these where the input that they come from stands beside them
ALONE: Final = 48 * 1024  # bytes of the result of an activity that goes beside a state of its own
REPORT: Final = 20 * 1024  # characters of the message of an error; the rest of the cause is a stack trace
LISTED: Final = 40  # so many branches are fixed ones in one statement at most; more are the items of a Map
CHUNK: Final = 256 * 1024  # bytes of an object that holds calls of branches, about
_ENCODED: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def size(value: Any) -> int:
    """The bytes of a value as a state machine counts them."""
    return len(_ENCODED(value).encode())


def quoted(value: Any) -> int:
    """The most characters that a value takes as JSON text inside JSON text, the way a function reports an error."""
    return len(json.dumps(_ENCODED(value)))


@final
class Values:
    """What one start of an instance keeps in a bucket."""

    def __init__(self, start: str, bucket: Bucket) -> None:
        self.start: Final = start
        self._prefix = prefix(start)
        self._bucket = bucket
        self._read: dict[str, str] = {}

    def of(self, start: str) -> "Values":
        """Those of another start in the same bucket."""
        return self if start == self.start else Values(start, self._bucket)

    def put(self, text: str) -> dict[str, list[str]]:
        """Keep a text; its reference."""
        from base64 import urlsafe_b64encode
        from hashlib import sha256

        name = urlsafe_b64encode(sha256(text.encode()).digest()[:12]).decode()
        self._bucket.put(self._prefix + name, text)
        return {MARK: [KIND, name]}

    def get(self, name: str) -> str:
        """The text of a reference."""
        if name not in self._read:
            self._read[name] = self._bucket.get(self._prefix + name)
        return self._read[name]

    def grown(self, value: Any) -> Any:
        """A payload with what its references stand for."""
        names = dict.fromkeys(_references(value))
        if len(names) > 1:
            self._fetch(list(names))
        return self._grown(value)

    def failure(self, wire: Any) -> Any:
        """A failure, which may stand as a reference beside its type; what it holds is the user's."""
        if type(wire) is not dict or MARK not in wire:
            return wire
        rest = {name: part for name, part in wire.items() if name != MARK}
        return {**rest, **json.loads(self.get(wire[MARK][1]))}

    def _fetch(self, names: list[str]) -> None:
        """Read several objects at a time."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(len(names), CONNECTIONS)) as pool:
            list(pool.map(self.get, names))

    def _grown(self, value: Any) -> Any:
        if type(value) is list:
            return [self._grown(item) for item in value]
        if type(value) is not dict:
            return value
        if MARK in value:
            return self._referred(value)
        return {name: self.failure(part) if name in FAILURES else self._grown(part) for name, part in value.items()}

    def _referred(self, reference: dict[str, Any]) -> Any:
        """A text; or one of the calls in a list of them."""
        kind, name, *place = reference[MARK]
        if kind == JOINED:  # texts of JSON, or references to such, that make one list
            return "[" + ",".join(self._grown(name)) + "]"
        if kind == SUMMED:  # texts of whole numbers, too large for a state machine to add
            return str(sum(map(int, name)))
        text = self.get(name)
        return json.loads(text)[int(place[0])] if place else text


def prefix(start: str) -> str:
    """What the keys of the objects of a start begin with."""
    return f"{FOLDER}{start}/"


def _references(value: Any) -> Iterator[str]:
    if type(value) is list:
        for item in value:
            yield from _references(item)
    elif type(value) is dict and MARK in value:
        kind, name, *_ = value[MARK]
        yield from _references(name) if kind in (JOINED, SUMMED) else (name,)
    elif type(value) is dict:
        for name, part in value.items():
            if name not in FAILURES:
                yield from _references(part)
            elif type(part) is dict and MARK in part:
                yield part[MARK][1]


def shrunk(values: Values, result: Any, room: int, measure: Callable[[Any], int] = size) -> Any:
    """``result`` with its largest parts in S3, so that it takes at most ``room``, if that can be."""
    if measure(result) <= room:
        return result
    copy = _copied(result)
    for holder, name in sorted(_places(copy), key=_weight, reverse=True):
        if measure(copy) <= room:
            break
        _put_part(values, holder, name)
    return copy


def lightened(values: Values, result: dict[str, Any]) -> dict[str, Any]:
    """Where a step ended, with a state that leaves room for the outcomes of the branches of a gather."""
    call = result.get("call") or {}
    made = {**result, "call": {**call, "then": lightened(values, call["then"])}} if "then" in call else result
    if call.get("kind") in ("$gather", "$select") and type(made["state"]) is str and size(made["state"]) > GATHERING:
        return {**made, "state": values.put(made["state"])}
    return made


def reported(values: Values, failure: dict[str, Any], room: int) -> dict[str, Any]:
    """A failure as the message of an error, of which a state machine reads the type."""
    if quoted(failure) <= room:
        return failure
    kept = {name: failure[name] for name in ("type", "ran") if name in failure}
    text = _ENCODED({name: part for name, part in failure.items() if name != "ran"})
    made: dict[str, Any] = shrunk(values, {**kept, **values.put(text)}, room, quoted)
    return made


Place = tuple[dict[str, Any], str]


def _places(holder: dict[str, Any]) -> Iterator[Place]:
    """Where parts stand that no state machine looks into, and the lists of branches."""
    for name, part in holder.items():
        if (name in TEXTS and type(part) is str) or (name in FAILURES and type(part) is dict) or name == "branches":
            yield holder, name
        if name in INSIDE and type(part) is dict:
            yield from _places(part)
        if name == "branches":
            for branch in part:
                if "branches" in branch:
                    yield from _places(branch)


def _weight(place: Place) -> int:
    holder, name = place
    return size(holder[name])


def _copied(value: Any) -> Any:
    if type(value) is dict:
        return {name: part if name in FAILURES else _copied(part) for name, part in value.items()}
    return [_copied(item) for item in value] if type(value) is list else value


def _put_part(values: Values, holder: dict[str, Any], name: str) -> None:
    """A text or a failure; or the branches, each of which keeps its kind."""
    part = holder[name]
    if name == "branches":
        _put_branches(values, holder)
    elif name in FAILURES:
        holder[name] = values.put(_ENCODED(part))
    elif size(part) > size({MARK: [KIND, "-" * 16]}):
        holder[name] = values.put(part)


def _put_branches(values: Values, gather: dict[str, Any]) -> None:
    branches = gather["branches"]
    listed = [branch for branch in branches if _is_ours(branch)]
    if not listed:
        return
    per_list = max(1, len(listed) * CHUNK // size(listed))
    lists = [values.put(_ENCODED(listed[at : at + per_list]))[MARK][1] for at in range(0, len(listed), per_list)]
    gather.update(lists=lists, size=per_list, keeps=branches[0]["keeps"])
    if len(listed) == len(branches) > LISTED and len({branch["kind"] for branch in branches}) == 1:
        gather.update(of=branches[0]["kind"], count=len(branches))
        del gather["branches"]
        return
    numbers = iter(range(len(listed)))
    gather["branches"] = [_listed(branch, next(numbers), gather) if _is_ours(branch) else branch for branch in branches]


def _is_ours(branch: dict[str, Any]) -> bool:
    """Whether no state machine looks into the call of a branch but at its kind, and its place in a race."""
    return not branch.keys().isdisjoint(("args", "given", "helper", "raise"))


def _listed(branch: dict[str, Any], number: int, gather: dict[str, Any]) -> dict[str, Any]:
    at, nth = divmod(number, gather["size"])
    seen: dict[str, Any] = {name: branch[name] for name in ("kind", "keeps", "index") if name in branch}
    return {**seen, MARK: [KIND, gather["lists"][at], nth]}
