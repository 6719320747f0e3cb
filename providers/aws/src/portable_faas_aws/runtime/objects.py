"""Objects of the user's buckets in S3: whole or in parts, streamed, listed, and by signed URLs."""

import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, NoReturn, final

from portable_faas.resources.bucket import ObjectInfo
from portable_faas_aws.runtime.bucket import CONNECTIONS
from portable_faas_aws.runtime.coroutines import blocking
from portable_faas_aws.runtime.places import Places

PART: Final = 8 * 1024 * 1024  # bytes of a part; S3 takes 5 MiB at least, but for the last ("Multipart upload limits")
CHUNK: Final = 256 * 1024
MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})
CALLS: Final = {"GET": "get_object", "PUT": "put_object"}


@final
class Objects:
    """The buckets of an app; ``now`` is its time in milliseconds."""

    def __init__(self, places: Places, now: Callable[[], int]) -> None:
        self._places = places
        self._now = now

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Store an object; what is longer than a part goes part by part, and is nothing before the last one."""
        target = {"Bucket": self._places.of("bucket", bucket), "Key": key}
        upload = _Upload(self._client, target, content_type)
        kept, size = bytearray(), 0
        try:
            async for chunk in data:
                kept += chunk
                size += len(chunk)
                while len(kept) > PART:
                    await blocking(partial(upload.add, bytes(kept[:PART])))
                    kept = kept[PART:]
            etag = await blocking(partial(upload.end, bytes(kept)))
        except BaseException:
            await blocking(upload.give_up)
            raise
        # Not asked for: who may write an object may not always read it.
        return ObjectInfo(key, size, etag, content_type, datetime.fromtimestamp(self._now() / 1000, UTC))

    async def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object."""
        target = {"Bucket": self._places.of("bucket", bucket), "Key": key}
        try:
            body = (await blocking(lambda: self._client().get_object(**target)))["Body"]
        except self._client().exceptions.ClientError as error:
            _refuse(error, bucket, key)
        try:
            while chunk := await blocking(lambda: body.read(CHUNK)):
                yield chunk
        finally:
            body.close()

    async def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object as it is stored."""
        return await blocking(lambda: self._described(self._places.of("bucket", bucket), key))

    def _described(self, bucket: str, key: str) -> ObjectInfo | None:
        try:
            found = self._client().head_object(Bucket=bucket, Key=key)
        except self._client().exceptions.ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return _info(key, found)

    async def list(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        """The next objects by key. S3 lists no content types, so each object is asked for its own."""
        return await blocking(lambda: self._listed(self._places.of("bucket", bucket), prefix, after, limit))

    def _listed(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        from concurrent.futures import ThreadPoolExecutor

        asked = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": limit, **({"StartAfter": after} if after else {})}
        keys = [each["Key"] for each in self._client().list_objects_v2(**asked).get("Contents", [])]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            found = pool.map(lambda key: self._described(bucket, key), keys)
            return [info for info in found if info is not None]

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove an object. Whether there is one is read from a list, for which nobody need be allowed to read it."""
        target = {"Bucket": self._places.of("bucket", bucket), "Key": key}
        return await blocking(lambda: self._deleted(target))

    def _deleted(self, target: Mapping[str, str]) -> bool:
        listed = self._client().list_objects_v2(Bucket=target["Bucket"], Prefix=target["Key"], MaxKeys=1)
        # Keys are listed in their order, and a key comes before those that it begins.
        if [each["Key"] for each in listed.get("Contents", [])] != [target["Key"]]:
            return False
        self._client().delete_object(**target)
        return True

    async def signed_url(self, bucket: str, key: str, method: str, expires: float) -> str:
        """A URL of S3's own. One that a function signs is good as long as the credentials of its role, too."""
        ahead = self._now() / 1000 - time.time()  # the SDK signs by the clock of the machine
        target = {"Bucket": self._places.of("bucket", bucket), "Key": key}
        signed = self._client().generate_presigned_url
        url: str = signed(CALLS[method], Params=target, ExpiresIn=math.ceil(expires + ahead))
        return url

    def _client(self) -> Any:
        return self._places.client("s3")


@final
class _Upload:
    """An object on its way: at once if it is one part, else part by part."""

    def __init__(self, client: Callable[[], Any], target: Mapping[str, str], content_type: str) -> None:
        self._client = client
        self._target: dict[str, Any] = dict(target)
        self._content_type = content_type
        self._parts: list[dict[str, Any]] = []

    def add(self, data: bytes) -> None:
        """Send the next part."""
        if not self._parts:
            begun = self._client().create_multipart_upload(**self._target, ContentType=self._content_type)
            self._target["UploadId"] = begun["UploadId"]
        number = len(self._parts) + 1
        sent = self._client().upload_part(**self._target, PartNumber=number, Body=data)
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})

    def end(self, rest: bytes) -> str:
        """Send the last part and make it an object; its ``etag``."""
        if self._parts:
            self.add(rest)
            made = self._client().complete_multipart_upload(**self._target, MultipartUpload={"Parts": self._parts})
        else:
            made = self._client().put_object(**self._target, Body=rest, ContentType=self._content_type)
        etag: str = made["ETag"]
        return etag.strip('"')

    def give_up(self) -> None:
        """Forget the parts."""
        if "UploadId" in self._target:
            self._client().abort_multipart_upload(**self._target)


def _info(key: str, found: Mapping[str, Any]) -> ObjectInfo:
    etag = found["ETag"].strip('"')
    return ObjectInfo(key, found["ContentLength"], etag, found["ContentType"], found["LastModified"])


def _refuse(error: Any, bucket: str, key: str) -> NoReturn:
    if error.response["Error"]["Code"] in MISSING:
        raise FileNotFoundError(f"bucket {bucket} has no object {key!r}") from None
    raise error
