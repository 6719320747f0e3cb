"""The resource types of AWS over an emulated account: each family in a file of its own.

    account     clients of the emulated account          iam          roles and their policies
    functions   Lambda                                   machines     Step Functions
    buckets     S3                                       tables       DynamoDB
    groups      CloudWatch Logs                          queues       SQS
    events      EventBridge                              schedules    EventBridge Scheduler
    secrets     Secrets Manager                      apis         API Gateway

The properties are those of pulumi-aws 7, the calls those of boto3; which property needs a new resource is said by the
"Argument Reference" of each type (registry.terraform.io/providers/hashicorp/aws).
"""

from portable_faas_infra.emulated.aws.backend import AWSBackend as AWSBackend
