"""A bucket of S3: private, encrypted, spoken to over TLS only, and objects below some prefixes expire.

{"kind": "bucket", "name": "values", "expires": {"values/": 400}}   ->   a bucket and its four settings
"""

from collections.abc import Mapping
from typing import Any, Final, final

import pulumi
from pulumi_aws import s3

from portable_faas.manifest import Part
from portable_faas_infra.aws.policy import VERSION, Statement
from portable_faas_infra.deployment import Deployment

ACTIONS: Final[Mapping[str, str]] = {"get": "s3:GetObject", "put": "s3:PutObject", "delete": "s3:DeleteObject"}
UNFINISHED_DAYS: Final = 7  # after which an upload in parts that nobody finished is dropped


@final
class Bucket(pulumi.ComponentResource):
    """Its name is unique in the world, so Pulumi adds a random end to it and remembers it."""

    may: Final = tuple(ACTIONS)

    def __init__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = bucket_name(deployment, part["name"])
        super().__init__("portable-faas:aws:Bucket", name, None, opts)
        settings = deployment.settings
        made = s3.Bucket(
            name,
            force_destroy=not settings.protect,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=settings.protect),
        )
        self.name: pulumi.Output[str] = made.bucket
        self.arn: pulumi.Output[str] = made.arn
        closed(name, made, self)
        self._expire(name, made, part.get("expires", {}))
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _expire(self, name: str, made: Any, expires: Mapping[str, int]) -> None:
        rules = [_expiring(prefix, days) for prefix, days in sorted(expires.items())]
        inside = pulumi.ResourceOptions(parent=self)
        s3.BucketLifecycleConfiguration(name, bucket=made.bucket, rules=[_unfinished(), *rules], opts=inside)

    def statement(self, permission: Part) -> Statement:
        """What ``may`` means: only objects, and only those below the prefix."""
        actions = [ACTIONS[verb] for verb in permission["may"]]
        objects = pulumi.Output.concat(self.arn, "/", permission.get("prefix", ""), "*")
        return Statement(f"Bucket{sid(permission['name'])}", actions, (objects,))


def _unfinished() -> Any:
    """Uploads in parts that nobody finished are dropped."""
    abort = s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=UNFINISHED_DAYS)
    return _rule("drop unfinished uploads", "", abort_incomplete_multipart_upload=abort)


def _expiring(prefix: str, days: int) -> Any:
    expiration = s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days)
    return _rule(f"expire {prefix}", prefix, expiration=expiration)


def _rule(identity: str, prefix: str, **does: Any) -> Any:
    below = s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix)
    return s3.BucketLifecycleConfigurationRuleArgs(id=identity, status="Enabled", filter=below, **does)


def closed(name: str, bucket: Any, parent: pulumi.Resource) -> Any:
    """Nobody but the account comes near a bucket, and only over TLS; to be waited for by what is put into it."""
    private = s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    after = pulumi.ResourceOptions(parent=parent, depends_on=[private])
    return s3.BucketPolicy(name, bucket=bucket.bucket, policy=_only_tls(bucket.arn), opts=after)


def _only_tls(arn: pulumi.Output[str]) -> pulumi.Output[str]:
    denied = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, pulumi.Output.concat(arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [denied]})


def bucket_name(deployment: Deployment, part: str) -> str:
    """What Pulumi makes the name of a bucket from: lower-case letters, digits and '-' ("Bucket naming rules")."""
    return deployment.name(part).lower().replace("_", "-")


def sid(name: str) -> str:
    """A name as a part of a statement's id, which has letters and digits only."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
