"""Unions, where the wire form alone says which member it is.

int | str                          by JSON kind
Card | Cash                        by a field kind: Literal["card"] and kind: Literal["cash"]
datetime | str                     refused: both are strings
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from portable_faas.values.codec import NULL, OBJECT, Codec, Refused, Unportable, key_segment, kind_of
from portable_faas.values.problem import mismatch
from portable_faas.values.records import dot

Convert = Callable[[Any], Any]
Key = tuple[str, object]


def optional(member: Codec) -> Codec:
    """``T | None``."""
    if "null" in member.kinds:
        return member  # its own null is None already: a plain value, Literal[None]
    encode_member, decode_member = member.encode, member.decode
    codec = Codec(f"{member.name} | None", member.kinds | NULL, (*member.types, type(None)))
    codec.open = member.open
    return codec.using(
        lambda value: None if value is None else encode_member(value),
        lambda wire: None if wire is None else decode_member(wire),
    )


def union(members: tuple[Codec, ...]) -> Codec:
    """Members told apart by JSON kind, objects also by a Literal tag field; ``Unportable`` where they are not."""
    name = " | ".join(member.name for member in members)
    objects = tuple(member for member in members if member.kinds == OBJECT)
    others = tuple(member for member in members if member.kinds != OBJECT)
    tag = _tag(objects, name) if len(objects) > 1 else None
    _check_kinds((*others, *objects[:1]), name)
    codec = Codec(name, _joined(members), tuple(kind for member in members for kind in member.types))
    codec.open = any(member.open for member in members)
    return codec.using(_encoder(name, members, tag), _decoder(name, others, objects, tag))


def _joined(members: tuple[Codec, ...]) -> frozenset[str]:
    return frozenset(kind for member in members for kind in member.kinds)


def _check_kinds(members: tuple[Codec, ...], name: str) -> None:
    seen: dict[str, Codec] = {}
    for member in members:
        if not member.kinds:
            raise Unportable(f"{name} cannot cross: {member.name} has no wire form of its own; leave it out")
        for kind in sorted(member.kinds):
            if kind in seen:
                raise Unportable(_clash(name, seen[kind], member, kind))
            seen[kind] = member


def _clash(name: str, first: Codec, second: Codec, kind: str) -> str:
    both = {first.name, second.name}
    if both == {"int", "float"}:
        remedy = "write float, which takes an int as well"
    elif kind == "object":
        remedy = "give each class a field such as kind: Literal['a'], or declare one of them"
    else:
        remedy = "declare one of them, or wrap each in a dataclass with a Literal tag field"
    article = "an" if kind in ("array", "object") else "a"
    return f"{name} cannot cross: {first.name} and {second.name} are both {article} {kind} on the wire; {remedy}"


def _tag(objects: tuple[Codec, ...], name: str) -> str:
    for field in objects[0].tags:
        values = [value for member in objects for value in member.tags.get(field, ())]
        if all(field in member.tags for member in objects) and len(values) == len({(kind_of(v), v) for v in values}):
            return field
    raise Unportable(_clash(name, objects[0], objects[1], "object"))


def _encoder(name: str, members: tuple[Codec, ...], tag: str | None) -> Convert:
    by_type: dict[type, Convert] = {}
    for member in members:
        for cls in member.types:
            by_type[cls] = member.encode
    mappings = [member for member in members if dict in member.types]
    if tag is not None and len(mappings) > 1:
        by_type[dict] = _by_tag(name, _tagged(mappings, tag, "encode"), tag, key_segment)

    def encode(value: Any) -> Any:
        convert = by_type.get(type(value))
        if convert is None:
            raise mismatch(value, name)
        return convert(value)

    return encode


def _decoder(name: str, others: tuple[Codec, ...], objects: tuple[Codec, ...], tag: str | None) -> Convert:
    by_kind: dict[str, Convert] = {kind: member.decode for member in others for kind in member.kinds}
    if tag is not None:
        segment = key_segment if all(dict in member.types for member in objects) else dot
        by_kind["object"] = _by_tag(name, _tagged(objects, tag, "decode"), tag, segment)
    elif objects:
        by_kind["object"] = objects[0].decode

    def decode(wire: Any) -> Any:
        convert = by_kind.get(kind_of(wire))
        if convert is None:
            raise mismatch(wire, name)
        return convert(wire)

    return decode


def _tagged(members: Iterable[Codec], tag: str, direction: str) -> dict[Key, Convert]:
    return {_key(value): getattr(member, direction) for member in members for value in member.tags[tag]}


def _key(value: object) -> Key:
    kind = kind_of(value)
    return kind, None if kind in ("", "array", "object") else value


def _by_tag(name: str, converts: Mapping[Key, Convert], tag: str, segment: Callable[[str], str]) -> Convert:
    def choose(value: Any) -> Any:
        found = value.get(tag)
        convert = converts.get(_key(found.value if isinstance(found, Enum) else found))
        if convert is None:
            refused = _bad_tag(value, tag, name, converts)
            refused.segments.append(segment(tag))
            raise refused
        return convert(value)

    return choose


def _bad_tag(value: Mapping[str, object], tag: str, name: str, converts: Mapping[Key, Convert]) -> Refused:
    expected = ", ".join(ascii(wire) for _, wire in converts)
    if tag in value:
        return Refused(f"no member of {name} has this {tag}; use one of {expected}")
    return Refused(f"the field is missing; {name} needs it to tell its members apart, so use one of {expected}")
