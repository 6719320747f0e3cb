"""A bucket of S3: private, encrypted, spoken to over TLS only, and objects below some prefixes expire.

{"kind": "bucket", "name": "values", "expires": {"values/": 400}}   ->   a bucket and its four settings
"""

import re
from collections.abc import Mapping
from typing import Any, Final, final

import pulumi
from pulumi_aws import s3

from portable_faas.manifest import Part
from portable_faas_infra.aws.policy import VERSION, Statement, only_tls
from portable_faas_infra.deployment import Deployment

# An upload in parts that fails is taken back.
ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "get": ("s3:GetObject",),
    "put": ("s3:PutObject", "s3:AbortMultipartUpload"),
    "delete": ("s3:DeleteObject",),
    "list": (),
}
OURS: Final[Mapping[str, tuple[str, ...]]] = {**ACTIONS, "put": ("s3:PutObject",)}
LIST: Final = "s3:ListBucket"
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
        if part.get("events"):
            inside = pulumi.ResourceOptions(parent=self)
            s3.BucketNotification(name, bucket=made.bucket, eventbridge=True, opts=inside)
        self.references: Mapping[str, pulumi.Output[str]] = {f"bucket:{part['name']}": self.name}
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _expire(self, name: str, made: Any, expires: Mapping[str, int]) -> None:
        rules = [_expiring(prefix, days) for prefix, days in sorted(expires.items())]
        inside = pulumi.ResourceOptions(parent=self)
        s3.BucketLifecycleConfiguration(name, bucket=made.bucket, rules=[_unfinished(), *rules], opts=inside)

    def statements(self, permission: Part) -> list[Statement]:
        """What ``may`` means: only objects, and only those below the prefix.

        Without the right to list, an object that is missing looks like one that is forbidden (API reference,
        GetObject); what is below a prefix is ours, and never missing.
        """
        name, prefix, verbs = sid(permission["name"]), permission.get("prefix", ""), permission["may"]
        known = OURS if prefix else ACTIONS
        actions = [action for verb in verbs for action in known[verb]]
        lists = "list" in verbs or (not prefix and bool({"get", "delete"} & set(verbs)))
        found = [Statement(f"List{name}", (LIST,), (self.arn,))] if lists else []
        objects = pulumi.Output.concat(self.arn, "/", prefix, "*")
        return [*([Statement(f"Bucket{name}", actions, (objects,))] if actions else []), *found]


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
    denied = only_tls("s3:*", [arn, pulumi.Output.concat(arn, "/*")])
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [denied]})


def bucket_name(deployment: Deployment, part: str) -> str:
    """What Pulumi makes the name of a bucket from: lower-case letters, digits and '-' ("Bucket naming rules")."""
    return deployment.name(part).lower().replace("_", "-")


def sid(name: str) -> str:
    """A name as a part of a statement's id, which has letters and digits only."""
    return "".join(part.capitalize() for part in re.split("[^A-Za-z0-9]", name))
