"""The packages, each uploaded once under its hash.

Functions take them from a bucket: a direct upload has at most 50 MB ("Lambda quotas", docs.aws.amazon.com).
"""

from typing import final

import pulumi
from pulumi_aws import s3

from portable_faas.manifest import Package
from portable_faas_infra.aws.bucket import bucket_name, closed
from portable_faas_infra.deployment import Deployment


@final
class Code(pulumi.ComponentResource):
    """Holds nothing that a build could not make again, so it is never protected. Lambda keeps copies of its own."""

    def __init__(self, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = bucket_name(deployment, "code")
        super().__init__("portable-faas:aws:Code", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        bucket = s3.Bucket(name, force_destroy=True, tags=deployment.tags, opts=inside)
        self._closed = closed(name, bucket, self)
        self.bucket: pulumi.Output[str] = bucket.bucket
        self.keys = {package.file: self._upload(deployment, package) for package in deployment.manifest.packages}
        self.register_outputs({"bucket": self.bucket})

    def _upload(self, deployment: Deployment, package: Package) -> pulumi.Output[str]:
        name = deployment.name(package.file.removesuffix(".zip"))
        uploaded = s3.BucketObjectv2(
            name,
            bucket=self.bucket,
            key=f"{package.sha256}.zip",
            source=pulumi.FileAsset(str(deployment.file(package.file))),
            content_type="application/zip",
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._closed]),
        )
        key: pulumi.Output[str] = uploaded.key
        return key
