"""Objects in S3: in one part and in several, given up in the middle, listed with their types, removed."""

import hashlib
from collections.abc import AsyncIterator, Iterator

import pytest
from moto.s3.models import s3_backends
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.declared import Triggers
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT
from portable_faas_aws.runtime.objects import PART, Objects
from portable_faas_aws.runtime.places import Places

from portable_faas.resources import ObjectInfo

NAMES = {"bucket:photos": "pfaas-photos"}


@pytest.fixture
def objects() -> Iterator[Objects]:
    with Emulator([], [], triggers=Triggers(buckets={"pfaas-photos": False})) as account:
        yield Objects(Places(lambda: (NAMES, account.client)), account.clock.now)


async def pieces(size: int, fails_at: int = 1 << 40) -> AsyncIterator[bytes]:
    sent = 0
    while sent < size:
        if sent >= fails_at:
            raise OSError("the source has broken off")
        count = min(size - sent, 3 * 1024 * 1024)
        yield bytes([sent % 251]) * count
        sent += count


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 2 * PART, 2 * PART + 5])
async def test_an_object_comes_as_it_was_sent(objects: Objects, size: int) -> None:
    info = await objects.put("photos", "a/b", pieces(size), "image/png")
    assert (info.key, info.size, info.content_type) == ("a/b", size, "image/png")
    assert await objects.describe("photos", "a/b") == info._replace(modified=(await stored(objects)).modified)
    digest, wanted = hashlib.sha256(), hashlib.sha256()
    async for chunk in objects.stream("photos", "a/b"):
        digest.update(chunk)
    async for chunk in pieces(size):
        wanted.update(chunk)
    assert digest.digest() == wanted.digest()


async def stored(objects: Objects) -> ObjectInfo:
    (found,) = await objects.list("photos", "", "", 10)
    return found


async def test_what_breaks_off_is_nothing(objects: Objects) -> None:
    with pytest.raises(OSError, match="broken off"):
        await objects.put("photos", "a", pieces(3 * PART, fails_at=2 * PART), "image/png")
    assert await objects.describe("photos", "a") is None
    assert s3_backends[ACCOUNT]["aws"].buckets["pfaas-photos"].multiparts == {}


async def test_a_removed_object_is_gone_and_its_neighbours_stay(objects: Objects) -> None:
    for key in ("a", "a/b", "ab"):
        await objects.put("photos", key, pieces(1), "text/x")
    assert await objects.delete("photos", "a/") is False
    assert await objects.delete("photos", "a") is True
    assert await objects.delete("photos", "a") is False
    assert [one.key for one in await objects.list("photos", "", "", 10)] == ["a/b", "ab"]
    assert {one.content_type for one in await objects.list("photos", "a", "a/b", 10)} == {"text/x"}
