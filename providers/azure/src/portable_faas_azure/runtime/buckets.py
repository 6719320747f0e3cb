"""``Buckets``: objects as block blobs of a container."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, final

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import ContentSettings, StorageErrorCode

from portable_faas.resources import ObjectInfo
from portable_faas_azure.runtime.clock import Clock
from portable_faas_azure.runtime.storage import Storage

PAGE: Final = 1000


@final
class Buckets:
    """The buckets of an app."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def _container(self, bucket: str) -> Any:
        return self._storage.container(self._storage.names.container(bucket))

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Upload in blocks and commit them at once: the blob is there whole or not at all."""
        blob = self._container(bucket).get_blob_client(key)
        counted = _Counted(data)
        settings = ContentSettings(content_type=content_type)
        answer = await blob.upload_blob(counted.chunks(), overwrite=True, content_settings=settings)
        return ObjectInfo(key, counted.size, _tag(answer["etag"]), content_type, answer["last_modified"])

    async def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """The bytes of a blob."""
        try:
            downloader = await self._container(bucket).download_blob(key)
        except ResourceNotFoundError as missing:
            _refuse_container(missing)
            raise FileNotFoundError(f"bucket {bucket} has no object {key!r}") from None
        async for chunk in downloader.chunks():
            yield chunk

    async def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """The blob as it is stored."""
        try:
            return _info(await self._container(bucket).get_blob_client(key).get_blob_properties())
        except ResourceNotFoundError as missing:
            _refuse_container(missing)
            return None

    async def objects(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        """The next blobs by name; the service lists them in that order and begins at the prefix."""
        found: list[ObjectInfo] = []
        async for blob in self._container(bucket).list_blobs(name_starts_with=prefix or None, results_per_page=PAGE):
            if len(found) == limit:
                break
            if blob.name > after:
                found.append(_info(blob))
        return found

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove a blob."""
        try:
            await self._container(bucket).delete_blob(key)
        except ResourceNotFoundError as missing:
            _refuse_container(missing)
            return False
        return True


@final
class _Counted:
    """Chunks on their way, and how many bytes they were."""

    def __init__(self, data: AsyncIterator[bytes]) -> None:
        self._data = data
        self.size = 0

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._data:
            self.size += len(chunk)
            yield chunk


def _refuse_container(missing: ResourceNotFoundError) -> None:
    """A missing container is a fault of the deployment, not an object that is not there."""
    if getattr(missing, "error_code", None) == StorageErrorCode.CONTAINER_NOT_FOUND:
        raise missing


def _info(found: Any) -> ObjectInfo:
    return ObjectInfo(
        found.name, found.size, _tag(found.etag), found.content_settings.content_type or "", found.last_modified
    )


def _tag(etag: str) -> str:
    return etag.strip('"')
