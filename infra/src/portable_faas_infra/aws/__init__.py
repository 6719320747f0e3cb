"""A built app on AWS: Lambda, Step Functions, S3, DynamoDB. Imports the SDK of this cloud only."""

from portable_faas_infra.aws.app import AwsApp

__all__ = ["AwsApp"]
