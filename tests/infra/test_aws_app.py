"""What the Pulumi program makes of a built app on AWS."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from portable_faas_infra.checks import Recorded, Recording
from portable_faas_infra.checks.lints import lint

from portable_faas.manifest import read
from tests.infra.building import EXAMPLES, Change, built, example, rebuilt, recorded

FUNCTION = "aws:lambda/function:Function"
MACHINE = "aws:sfn/stateMachine:StateMachine"
POLICY = "aws:iam/rolePolicy:RolePolicy"
TABLE = "aws:dynamodb/table:Table"


def orders() -> Recording:
    return example("orders", "aws")


def one(recording: Recording, type: str, name: str) -> Recorded:
    return next(resource for resource in recording.of(type) if resource.name == name)


def statements(recording: Recording, role: str) -> dict[str, Any]:
    policy = json.loads(one(recording, POLICY, role).inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def changed(tmp_path: Path, change: Change) -> Path:
    return rebuilt(built("orders", "aws"), tmp_path, change)


def test_each_function_has_a_role_that_may_touch_only_its_own_things() -> None:
    found = statements(orders(), "orders-dev-charge")
    assert set(found) == {"Logs", "BucketValues", "Traces"}
    assert found["Logs"]["Resource"] == [
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders-dev-charge:*"
    ]
    assert found["BucketValues"]["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert found["BucketValues"]["Resource"] == ["arn:aws:s3:::orders-dev-values-0123456/values/*"]
    roles = [function.inputs["role"] for function in orders().of(FUNCTION)]
    assert len(set(roles)) == len(roles)


def test_a_machine_calls_the_published_versions_and_may_call_every_version_of_them() -> None:
    definition = one(orders(), MACHINE, "orders-dev-fulfil").inputs["definition"]
    assert "function:orders-dev-charge:7" in definition
    assert "orders-dev-instances" in definition
    assert "${" not in definition
    found = statements(orders(), "orders-dev-fulfil-states")
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders-dev"
    names = ("charge", "fulfil", "refund", "release", "reserve", "ship")
    assert found["Functions"]["Resource"] == [f"{arn}-{name}:*" for name in names]
    assert found["TableInstances"]["Action"] == ["dynamodb:UpdateItem"]
    assert found["TableInstances"]["Resource"] == ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders-dev-instances"]


def test_functions_are_published_and_know_their_bucket() -> None:
    function = one(orders(), FUNCTION, "orders-dev-charge").inputs
    assert function["publish"] is True
    assert function["timeout"] == 90
    assert function["environment"] == {"variables": {"PFAAS_BUCKET": "orders-dev-values-0123456"}}
    assert function["loggingConfig"]["logGroup"] == "/aws/lambda/orders-dev-charge"
    assert "skipDestroy" not in function  # it would leave the function behind when it is removed


def test_large_values_expire() -> None:
    (rules,) = orders().of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert {rule["filter"]["prefix"]: rule.get("expiration") for rule in rules.inputs["rules"]} == {
        "": None,
        "values/": {"days": 400},
    }


def test_data_is_protected_unless_the_settings_say_otherwise() -> None:
    kept = {resource.type for resource in orders().resources if resource.protect}
    assert kept == {TABLE, "aws:s3/bucket:Bucket"}
    assert one(orders(), TABLE, "orders-dev-instances").inputs["deletionProtectionEnabled"] is True
    loose = recorded(built("orders", "aws"), protect="false")
    assert not [resource for resource in loose.resources if resource.protect]
    assert one(loose, TABLE, "orders-dev-instances").inputs["deletionProtectionEnabled"] is False
    assert all(bucket.inputs["forceDestroy"] for bucket in loose.of("aws:s3/bucket:Bucket"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_can_be_tagged_is(name: str) -> None:
    untagged = {"Policy", "Configuration", "Block", "Notification", "Permission"}
    untagged |= {":Schedule", ":EventTarget", ":Integration", ":Route"}
    app = read(built(name, "aws")).app
    for resource in example(name, "aws").resources:
        if resource.custom and not any(resource.type.endswith(end) for end in untagged):
            assert resource.inputs["tags"] == {"app": app, "stage": "dev", "version": "0"}, resource


def test_two_stages_and_two_apps_share_no_name() -> None:
    graphs = [orders(), recorded(built("orders", "aws"), stage="prod"), example("monitor", "aws")]
    named = [
        {(resource.type, resource.inputs.get("name", resource.name)) for resource in graph.resources if resource.custom}
        for graph in graphs
    ]
    policies = {("aws:iam/rolePolicy:RolePolicy", "grants")}  # inline: it belongs to its role
    for index, names in enumerate(named):
        for others in named[:index]:
            assert names & others == policies


def test_the_settings_reach_the_resources() -> None:
    made = recorded(built("orders", "aws"), retention="90", tracing="false", memory="1024", stage="prod")
    assert {group.inputs["retentionInDays"] for group in made.of("aws:cloudwatch/logGroup:LogGroup")} == {90}
    function = one(made, FUNCTION, "orders-prod-charge").inputs
    assert (function["memorySize"], function["tracingConfig"]["mode"]) == (1024, "PassThrough")
    assert "Traces" not in statements(made, "orders-prod-charge")


WRONG: dict[str, tuple[Change, str]] = {
    "kind": (
        lambda d: d["resources"].append({"kind": "fax", "name": "mail"}),
        "resource 'mail': this release deploys no fax, only bucket, queue, secret, table, topic",
    ),
    "verb": (
        lambda d: d["functions"][0]["permissions"][0].update(may=["own"]),
        "function charge: what it may do with a bucket is get, put, delete, list, not ['own']",
    ),
    "unknown resource": (
        lambda d: d["functions"][0]["permissions"][0].update(name="lost"),
        "function charge: there is no bucket:lost in the manifest",
    ),
    "placeholder": (
        lambda d: d["settings"].update(A="${queue:mail}"),
        "function charge: there is no queue:mail in the manifest",
    ),
    "trigger": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "fax"}),
        "function charge: this release deploys no trigger of kind fax, only http, schedule, message, event, blob",
    ),
    "half a trigger": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "http", "method": "GET"}),
        "function charge: a trigger of kind http needs a text 'path'",
    ),
    "trigger of nothing": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "message", "queue": "lost"}),
        "function charge: there is no queue:lost in the manifest",
    ),
    "half a queue": (
        lambda d: d["resources"].append({"kind": "queue", "name": "mail", "dead": "mail.dead", "hidden": 900}),
        "a queue needs a whole number 'receives'",
    ),
    "hidden too long": (
        lambda d: d["resources"].append(
            {"kind": "queue", "name": "mail", "dead": "mail.dead", "hidden": 50_000, "receives": 3}
        ),
        "queue mail: hidden is 1 to 43,200, not 50,000",
    ),
    "too large": (
        lambda d: d["packages"][0].update(unpacked=300 * 1024 * 1024),
        "package app.zip: 314,572,800 bytes unpacked are more than the 262,144,000 of Lambda",
    ),
    "long name": (
        lambda d: d["functions"][0].update(name="c" * 60),
        f"'orders-dev-{'c' * 60}' is too long for a Lambda function by 7 of 64 characters",
    ),
    "environment": (
        lambda d: d["functions"][0].update(environment={"A": "x" * 5000}),
        "function charge: its environment has about 5,186 bytes, more than the 4,096 of Lambda",
    ),
    "case": (
        lambda d: d["functions"][0].update(name="SHIP"),
        "functions SHIP and ship differ in case only, but names of IAM roles may not",
    ),
    "hash": (lambda d: d["packages"][0].update(sha256="0" * 64), "is not the package that the manifest describes"),
    "machine": (lambda d: d["machines"][0].update(definition="machines/lost.json"), "machines/lost.json is missing"),
    "manifest": (lambda d: d.update(python="4"), 'manifest.json: python: is a Python version such as 3.12, not "4"'),
    "cloud": (lambda d: d.update(cloud="gcp"), "this release deploys to aws and azure, not to gcp"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_deployed_is_told_before_anything_is_created(name: str, tmp_path: Path) -> None:
    change, problem = WRONG[name]
    folder = changed(tmp_path, change)
    with pytest.raises(pulumi.RunError) as refused:
        recorded(folder)
    assert problem in str(refused.value)


SETTINGS: dict[str, tuple[dict[str, str], str]] = {
    "unknown": ({"retentoin": "1"}, "setting 'retentoin' does not exist; known are alwaysReady, cloud, dist"),
    "number": ({"retention": "long"}, 'setting retention: is a whole number from 1 to 3653, not "long"'),
    "allowed": ({"retention": "31"}, "setting retention: CloudWatch keeps logs for 1, 3, 5, 7, 14, 30"),
    "truth": ({"protect": "yes"}, "setting protect: is true or false, not 'yes'"),
    "cloud": ({"cloud": "azure"}, "was built for aws, but portable-faas:cloud is azure; run `pfaas build --on azure`"),
    "stage": ({"stage": "Production!"}, "setting stage: is one to twelve lower-case letters and digits"),
    "variables": ({"variables": '{"A": "b"}'}, "the app declares no setting A; its own are none"),
    "no object": ({"variables": "A=b"}, "setting variables: is a JSON object of texts, such as"),
    "memory": ({"memory": "64"}, "setting memory: is a whole number from 128 to 10240, not 64"),
    "dist": ({"dist": "/nowhere"}, "build the app with `pfaas build` first, or set portable-faas:dist"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_wrong_settings_are_told_before_anything_is_created(name: str) -> None:
    given, problem = SETTINGS[name]
    with pytest.raises(pulumi.RunError) as refused:
        recorded(built("orders", "aws"), **given)
    assert problem in str(refused.value)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        for function in manifest["functions"]:
            function["permissions"] = [{"kind": "bucket", "name": "lost", "may": ["get"]}]

    with pytest.raises(pulumi.RunError) as refused:
        recorded(changed(tmp_path, change))
    assert str(refused.value).count("there is no bucket:lost") == 6


def test_a_name_that_only_python_allows_becomes_one_that_every_service_takes(tmp_path: Path) -> None:
    made = recorded(changed(tmp_path, lambda d: d["functions"].append({**d["functions"][0], "name": "prüfe"})))
    names = {function.inputs["name"] for function in made.of(FUNCTION)}
    (told,) = [name for name in names if name.startswith("orders-dev-pr-fe-")]
    assert told.isascii()
    assert len(told) == len("orders-dev-pr-fe-") + 8


def test_a_machine_that_goes_on_in_another_execution_may_start_itself_and_no_other(tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["machines"][0]["permissions"].append({"kind": "machine", "name": "fulfil", "may": ["start", "wait"]})

    made = recorded(changed(tmp_path, change))
    found = statements(made, "orders-dev-fulfil-states")
    place = "eu-west-1:123456789012"
    assert found["Start"]["Resource"] == [f"arn:aws:states:{place}:stateMachine:orders-dev-fulfil"]
    assert found["Wait"]["Resource"] == [f"arn:aws:states:{place}:execution:orders-dev-fulfil:*"]
    assert found["WaitRule"]["Resource"] == [
        f"arn:aws:events:{place}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    ]
    assert lint(made) == ()
    assert "Start" not in statements(example("word_count", "aws"), "word_count-dev-count_words-states")
