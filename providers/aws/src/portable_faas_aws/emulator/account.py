"""Creates what the emulated account holds in moto's back ends, and forgets it again."""

import base64
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any, Final

from moto.awslambda.models import lambda_backends
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.dynamodb.models import dynamodb_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.scheduler.models import scheduler_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from portable_faas_aws.emulator.declared import Function, Machine, Queue, Schedule, Table, Triggers
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/emulated"
KEPT: Final = 14 * 86_400  # seconds; what SQS keeps a message at most
SCHEDULED: Final = '{"scheduled": "<aws.scheduler.scheduled-time>"}'  # "Adding context attributes", Scheduler


def forget() -> None:
    """Empty every account of this process."""
    BackendDict.reset()
    reset_model_data()


def create_functions(functions: Iterable[Function]) -> None:
    """Make them known to Lambda's API; their code is run by the host, so the account holds an empty archive."""
    code = base64.b64encode(_empty_archive()).decode()
    iam_backends[ACCOUNT]["aws"].create_role("emulated", "{}", "/", "", "", [], "3600")
    for function in functions:
        lambda_backends[ACCOUNT][REGION].create_function(
            {
                "FunctionName": function.name,
                "Handler": function.handler,
                "Runtime": "python3.11",
                "Role": ROLE,
                "Timeout": function.timeout,
                "MemorySize": function.memory,
                "Code": {"ZipFile": code},
                "Environment": {"Variables": dict(function.environment)},
            }
        )


def create_machines(machines: Iterable[Machine]) -> dict[str, str]:
    """Create Standard state machines; gives their ARNs by name."""
    backend = stepfunctions_parser_backends[ACCOUNT][REGION]
    made = {}
    for machine in machines:
        definition = json.dumps(machine.definition, ensure_ascii=False)
        made[machine.name] = backend.create_state_machine(machine.name, definition, ROLE, sm_type="STANDARD").arn
    return made


def create_table(table: Table) -> None:
    """Create a table billed by request."""
    streams = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"} if table.stream else None
    dynamodb_backends[ACCOUNT][REGION].create_table(
        table.name,
        schema=[{"AttributeName": table.key, "KeyType": "HASH"}],
        throughput=None,
        attr=[{"AttributeName": table.key, "AttributeType": "S"}],
        global_indexes=[],
        indexes=[],
        streams=streams,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=None,
        warm_throughput=None,
    )


def create_bucket(name: str) -> None:
    """Create a bucket."""
    s3_backends[ACCOUNT]["aws"].create_bucket(name, REGION)


def _empty_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w"):
        pass
    return buffer.getvalue()


def create_triggers(triggers: Triggers) -> None:
    """Create queues, buses, rules, buckets, schedules and secrets, and let Lambda read its queues."""
    for queue in sorted(triggers.queues, key=lambda queue: queue.dead is not None):
        sqs_backends[ACCOUNT][REGION].create_queue(queue.name, {}, **_attributes(queue))
    for polled in triggers.polled:
        lambda_backends[ACCOUNT][REGION].create_event_source_mapping(
            {
                "EventSourceArn": queue_arn(polled.queue),
                "FunctionName": polled.function,
                "BatchSize": polled.batch,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            }
        )
    for streamed in triggers.streamed:
        table = dynamodb_backends[ACCOUNT][REGION].get_table(streamed.table)
        filters = [{"Pattern": json.dumps(streamed.pattern)}]
        lambda_backends[ACCOUNT][REGION].create_event_source_mapping(
            {
                "EventSourceArn": f"{table.table_arn}/stream/{table.latest_stream_label}",
                "FunctionName": streamed.function,
                "StartingPosition": "TRIM_HORIZON",
                "FilterCriteria": {"Filters": filters},
            }
        )
    events = events_backends[ACCOUNT][REGION]
    for bus in triggers.buses:
        events.create_event_bus(bus)
    for rule in triggers.rules:
        events.put_rule(rule.name, event_bus_arn=rule.bus, event_pattern=json.dumps(rule.pattern))
        events.put_targets(rule.name, rule.bus, [{"Id": "queue", "Arn": queue_arn(rule.queue)}])
    for bucket, tells in triggers.buckets.items():
        create_bucket(bucket)
        if tells:
            s3_backends[ACCOUNT]["aws"].put_bucket_notification_configuration(bucket, {"EventBridgeConfiguration": {}})
    for secret, value in triggers.secrets.items():
        secretsmanager_backends[ACCOUNT][REGION].create_secret(
            secret, value, None, None, None, None, None, [], force_overwrite=False
        )
    for schedule in triggers.schedules:
        _create_schedule(schedule)


def _attributes(queue: Queue) -> dict[str, Any]:
    attributes: dict[str, Any] = {"VisibilityTimeout": queue.hidden, "MessageRetentionPeriod": KEPT}
    if queue.dead is not None:
        redrive = {"deadLetterTargetArn": queue_arn(queue.dead), "maxReceiveCount": queue.receives}
        attributes["RedrivePolicy"] = json.dumps(redrive)
    return attributes


def _create_schedule(schedule: Schedule) -> None:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{schedule.function}"
    scheduler_backends[ACCOUNT][REGION].create_schedule(
        description="",
        end_date=None,
        flexible_time_window={"Mode": "OFF"},
        group_name="default",
        kms_key_arn=None,
        name=schedule.name,
        schedule_expression=schedule.expression,
        schedule_expression_timezone=schedule.timezone,
        start_date=None,
        state="ENABLED",
        target={"Arn": function, "RoleArn": ROLE, "Input": SCHEDULED},
        action_after_completion=None,
    )


def queue_url(name: str) -> str:
    """The address of a queue; clients ask their endpoint whatever its host is."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def machine_arn(name: str) -> str:
    """The ARN of a state machine."""
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


def queue_arn(name: str) -> str:
    """The ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
