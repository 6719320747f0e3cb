"""S3: buckets, the settings that stand beside them, and objects."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from portable_faas_infra.emulated.assets import content
from portable_faas_infra.emulated.aws.account import tag_list, upper
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone, whole
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class Bucket(AWSKind):
    """A bucket. Only with ``forceDestroy`` it is deleted while it holds anything."""

    token = "aws:s3/bucket:Bucket"
    properties = frozenset({"bucket", "forceDestroy", "tags"})
    fixed = frozenset({"bucket"})
    named = "bucket"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        name, region = inputs["bucket"], self.account.region
        # The first region is no constraint (API reference, CreateBucket).
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.client("s3").create_bucket(Bucket=name, **place)
        with whole(lambda: self.client("s3").delete_bucket(Bucket=name)):
            self._tag(name, inputs.get("tags"))
        domain = f"{name}.s3.{region}.amazonaws.com"
        outputs = {"arn": f"arn:aws:s3:::{name}", "bucketRegionalDomainName": domain}
        return Made(name, {**inputs, **outputs, "bucketDomainName": f"{name}.s3.amazonaws.com", "region": region})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change its tags."""
        if "tags" in changed:
            self._tag(str(made.id), inputs.get("tags"))
        return {**made.outputs, **inputs}

    def _tag(self, name: str, tags: Mapping[str, str] | None) -> None:
        if tags:
            self.client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(tags)})
        else:
            self.client("s3").delete_bucket_tagging(Bucket=name)

    def delete(self, made: Resource) -> None:
        """Delete it, and first what it holds where that may go."""
        with unless_gone():
            if made.inputs.get("forceDestroy"):
                self._empty(str(made.id))
            self.client("s3").delete_bucket(Bucket=made.id)

    def _empty(self, name: str) -> None:
        client = self.client("s3")
        for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            doomed = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
            if doomed:
                client.delete_objects(Bucket=name, Delete={"Objects": doomed, "Quiet": True})


class Setting(AWSKind):
    """One setting of a bucket, which the provider has made a resource of its own."""

    fixed = frozenset({"bucket"})
    operation: ClassVar[str]  # as in put_<operation> and delete_<operation>

    def request(self, inputs: Properties) -> dict[str, Any]:
        """What the call takes besides the bucket."""
        raise NotImplementedError

    def create(self, inputs: Properties) -> Made:
        """Write it."""
        self._put(inputs)
        return Made(inputs["bucket"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Write it anew."""
        self._put(inputs)
        return dict(inputs)

    def _put(self, inputs: Properties) -> None:
        getattr(self.client("s3"), f"put_{self.operation}")(Bucket=inputs["bucket"], **self.request(inputs))

    def delete(self, made: Resource) -> None:
        """Take it back."""
        with unless_gone():
            name = self.operation.removesuffix("_configuration")  # DeleteBucketLifecycle
            getattr(self.client("s3"), f"delete_{name}")(Bucket=made.id)


class PublicAccessBlock(Setting):
    """That nobody may make its objects public."""

    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    operation = "public_access_block"
    properties = frozenset(
        {"bucket", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}
    )

    def request(self, inputs: Properties) -> dict[str, Any]:
        """Four switches."""
        wanted = {name: value for name, value in inputs.items() if name != "bucket"}
        return {"PublicAccessBlockConfiguration": upper(wanted)}


class Lifecycle(Setting):
    """When its objects expire."""

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    operation = "bucket_lifecycle_configuration"
    properties = frozenset({"bucket", "rules"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """The rules."""
        return {"LifecycleConfiguration": {"Rules": [_rule(rule) for rule in inputs["rules"]]}}


def _rule(rule: Mapping[str, Any]) -> Any:
    made = upper(rule)
    made["ID"] = made.pop("Id")
    made.setdefault("Filter", {"Prefix": ""})
    return made


class Encryption(Setting):
    """How what it holds is encrypted."""

    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    operation = "bucket_encryption"
    properties = frozenset({"bucket", "rules"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """The rules."""
        return {"ServerSideEncryptionConfiguration": {"Rules": [_encryption(rule) for rule in inputs["rules"]]}}


def _encryption(rule: Mapping[str, Any]) -> Any:
    default = rule.get("applyServerSideEncryptionByDefault") or {}
    made: dict[str, Any] = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": default.get("sseAlgorithm", "AES256")}
    }
    if default.get("kmsMasterKeyId"):
        made["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = default["kmsMasterKeyId"]
    if "bucketKeyEnabled" in rule:
        made["BucketKeyEnabled"] = rule["bucketKeyEnabled"]
    return made


class Ownership(Setting):
    """Whose objects are."""

    token = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    operation = "bucket_ownership_controls"
    properties = frozenset({"bucket", "rule"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """One rule."""
        return {"OwnershipControls": {"Rules": [upper(inputs["rule"])]}}


class Policy(Setting):
    """Who may do what with it."""

    token = "aws:s3/bucketPolicy:BucketPolicy"
    operation = "bucket_policy"
    properties = frozenset({"bucket", "policy"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """The document."""
        return {"Policy": inputs["policy"]}


class Notification(Setting):
    """Whom it tells of changes."""

    token = "aws:s3/bucketNotification:BucketNotification"
    operation = "bucket_notification_configuration"
    properties = frozenset({"bucket", "eventbridge"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """EventBridge, or nobody."""
        return {"NotificationConfiguration": {"EventBridgeConfiguration": {}} if inputs.get("eventbridge") else {}}

    def delete(self, made: Resource) -> None:
        """Nobody."""
        with unless_gone():
            client = self.client("s3")
            client.put_bucket_notification_configuration(Bucket=made.id, NotificationConfiguration={})


class Versioning(Setting):
    """Whether it keeps what is overwritten; once on, it can only be suspended."""

    token = "aws:s3/bucketVersioning:BucketVersioning"
    operation = "bucket_versioning"
    properties = frozenset({"bucket", "versioningConfiguration"})

    def request(self, inputs: Properties) -> dict[str, Any]:
        """Enabled or Suspended."""
        return {"VersioningConfiguration": {"Status": inputs["versioningConfiguration"]["status"]}}

    def delete(self, made: Resource) -> None:
        """Suspend it."""
        with unless_gone():
            suspended = {"Status": "Suspended"}
            self.client("s3").put_bucket_versioning(Bucket=made.id, VersioningConfiguration=suspended)


class Object(AWSKind):
    """An object with a content that the program has."""

    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    properties = frozenset({"bucket", "key", "source", "content", "contentBase64", "contentType", "sourceHash", "tags"})
    fixed = frozenset({"bucket", "key"})
    named = "key"

    def create(self, inputs: Properties) -> Made:
        """Upload it."""
        return Made(inputs["key"], self._put(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Upload it anew."""
        return self._put(inputs)

    def _put(self, inputs: Properties) -> Properties:
        typed = {"ContentType": inputs["contentType"]} if inputs.get("contentType") else {}
        bucket, key = inputs["bucket"], inputs["key"]
        made = self.client("s3").put_object(Bucket=bucket, Key=key, Body=_body(inputs), **typed)
        rest = {name: value for name, value in inputs.items() if name != "source"}
        return {**rest, "etag": made["ETag"].strip('"'), "versionId": made.get("VersionId", "")}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("s3").delete_object(Bucket=made.outputs["bucket"], Key=made.id)


def _body(inputs: Properties) -> bytes:
    if inputs.get("source") is not None:
        return content(inputs["source"])
    if inputs.get("contentBase64") is not None:
        return base64.b64decode(inputs["contentBase64"])
    return str(inputs.get("content", "")).encode()


class LegacyObject(Object):
    """The same under its former name."""

    token = "aws:s3/bucketObject:BucketObject"
