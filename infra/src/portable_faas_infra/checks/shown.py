"""A recording as text for people: the tree of resources, each with its inputs, the same every time.

aws:sqs/queue:Queue orders-dev-mail
    messageRetentionSeconds: 1209600
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi

from portable_faas_infra.checks.recorded import Recorded, Recording

INDENT: Final = "    "
FOLDER: Final = re.compile(r'"/[^"\n]*/([^"/\n]+\.zip)"')
HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


def shown(recording: Recording) -> str:
    """The whole graph, without hashes of content: the text changes when the resources do, and not with the code."""
    lines: list[str] = []
    known = {one.urn for one in recording.resources}
    for one in recording.resources:
        if one.parent not in known:
            lines += _tree(recording, one, "")
    lines += ["outputs", *_object(_without_release(recording.outputs), INDENT)]
    return FOLDER.sub(r'"<dist>/\1"', HASH.sub("<sha256>", "\n".join(lines))) + "\n"


def _without_release(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: outputs[name] for name in outputs if name != "release"}


def _tree(recording: Recording, top: Recorded, margin: str) -> Iterator[str]:
    yield f"{margin}{top.type} {top.name}{'  (protected)' if top.protect else ''}"
    yield from _object(top.inputs, margin + INDENT)
    for one in recording.resources:
        if one.parent == top.urn:
            yield from _tree(recording, one, margin + INDENT)


def _object(inputs: Mapping[str, Any], margin: str) -> Iterator[str]:
    for name in sorted(inputs):
        value = _opened(inputs[name])
        if isinstance(value, dict) and value:
            yield f"{margin}{name}:"
            yield from _object(value, margin + INDENT)
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{margin}{name}:"
            for item in value:
                yield from _item(item, margin)
        else:
            yield f"{margin}{name}: {_text(value)}"


def _item(item: Any, margin: str) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"{margin}  - {_text(item)}"
        return
    first, *rest = _object(item, "")
    yield f"{margin}  - {first}"
    yield from (f"{margin}{INDENT}{line}" for line in rest)


def _opened(value: Any) -> Any:
    """A policy is JSON in a text; a state machine too, but it has files of its own."""
    if not (isinstance(value, str) and value.startswith("{")):
        return value
    found = json.loads(value)
    return f"<a state machine that starts at {found['StartAt']}>" if "StartAt" in found else found


def _text(value: Any) -> str:
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return f"<{type(value).__name__}>"
    return json.dumps(value, ensure_ascii=False)
