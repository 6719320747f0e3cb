"""Creates what the emulated account holds in moto's back ends, and forgets it again."""

import base64
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Final

from moto.awslambda.models import lambda_backends
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from portable_faas_aws.emulator.declared import Function, Machine, Table
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/emulated"


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
    dynamodb_backends[ACCOUNT][REGION].create_table(
        table.name,
        schema=[{"AttributeName": table.key, "KeyType": "HASH"}],
        throughput=None,
        attr=[{"AttributeName": table.key, "AttributeType": "S"}],
        global_indexes=[],
        indexes=[],
        streams=None,
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
