"""What the types of AWS share: an account, and deletions that do not mind what is gone already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError

from portable_faas_infra.emulated.aws.account import Account
from portable_faas_infra.emulated.kind import Kind

GONE: Final = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")


class AWSKind(Kind):
    """One type of resource in an account."""

    def __init__(self, account: Account) -> None:
        self.account: Final = account

    def client(self, service: str) -> Any:
        """A boto3 client of the account."""
        return self.account.client(service)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the account's region."""
        return f"arn:aws:{service}:{self.account.region}:{self.account.number}:{resource}"


@contextmanager
def whole(undo: Callable[[], object]) -> Iterator[None]:
    """Around what a creation does after its first call: if that fails, ``undo`` takes the first call back."""
    try:
        yield
    except BaseException:
        undo()
        raise


@contextmanager
def unless_gone() -> Iterator[None]:
    """Ignore that what is to be deleted is not there."""
    try:
        yield
    except ClientError as error:
        if not any(word in error.response["Error"]["Code"] for word in GONE):
            raise
