"""What the Pulumi program makes of functions with triggers."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from portable_faas_infra.checks import Recorded, Recording

from tests.infra.building import built, example, rebuilt, recorded

PLACE = "eu-west-1:123456789012"


def only(recording: Recording, type: str, name: str = "") -> dict[str, Any]:
    (found,) = [one for one in recording.of(type) if one.name.endswith(name)]
    return dict(found.inputs)


def statements(recording: Recording, role: str) -> dict[str, Any]:
    policy = only(recording, "aws:iam/rolePolicy:RolePolicy", role)["policy"]
    return {one["Sid"]: one for one in json.loads(policy)["Statement"]}


def test_an_api_has_a_route_for_each_function_and_one_for_the_rest() -> None:
    todos = example("todo_api", "aws")
    routes = {one.inputs["routeKey"] for one in todos.of("aws:apigatewayv2/route:Route")}
    assert {"POST /todos", "GET /todos/{id}", "HEAD /todos/{id}", "DELETE /todos/{id}", "$default"} <= routes
    behind = only(todos, "aws:apigatewayv2/integration:Integration", "add_todo")
    assert behind["payloadFormatVersion"] == "2.0"
    assert f"arn:aws:lambda:{PLACE}:function:todo-api-dev-add_todo:7" in behind["integrationUri"]
    stage = only(todos, "aws:apigatewayv2/stage:Stage")
    assert stage["autoDeploy"] is True
    assert "requestId" in stage["accessLogSettings"]["format"]
    assert str(todos.outputs["url"]).startswith("https://todo-api-dev-api")


def test_a_function_may_be_called_by_its_own_routes_of_this_release() -> None:
    allowed = [
        one.inputs
        for one in example("todo_api", "aws").of("aws:lambda/permission:Permission")
        if "show_todo" in one.inputs["function"]
    ]
    (found,) = allowed
    assert found["qualifier"] == "7"
    assert found["principal"] == "apigateway.amazonaws.com"
    assert found["sourceArn"].endswith("/*/*/todos/{id}")


def test_a_queue_gives_up_what_comes_too_often_and_is_read_by_a_version() -> None:
    todos = example("todo_api", "aws")
    queue = only(todos, "aws:sqs/queue:Queue", "finished")
    redrive = json.loads(queue["redrivePolicy"])
    assert redrive["deadLetterTargetArn"] == f"arn:aws:sqs:{PLACE}:todo-api-dev-finished_dead"
    assert redrive["maxReceiveCount"] >= 3
    mapping = only(todos, "aws:lambda/eventSourceMapping:EventSourceMapping")
    assert mapping["functionName"] == f"arn:aws:lambda:{PLACE}:function:todo-api-dev-write_diary:7"
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["visibilityTimeoutSeconds"] >= only(todos, "aws:lambda/function:Function", "write_diary")["timeout"]


def test_functions_touch_what_their_code_shows() -> None:
    todos = example("todo_api", "aws")
    sends = statements(todos, "todo-api-dev-finish_todo")
    assert sends["QueueFinished"]["Action"] == ["sqs:SendMessage"]
    assert sends["QueueFinished"]["Resource"] == [f"arn:aws:sqs:{PLACE}:todo-api-dev-finished"]
    assert sends["BucketTodos"]["Resource"] == ["arn:aws:s3:::todo-api-dev-todos-0123456/*"]
    assert sends["SecretWebKey"]["Action"] == ["secretsmanager:GetSecretValue"]
    receives = statements(todos, "todo-api-dev-write_diary")
    assert receives["DeadFinished"]["Action"] == ["sqs:SendMessage"]
    assert "BucketTodos" not in receives
    removes = statements(todos, "todo-api-dev-remove_todo")
    assert removes["BucketTodos"]["Action"] == ["s3:DeleteObject"]
    assert removes["ListTodos"]["Resource"] == ["arn:aws:s3:::todo-api-dev-todos-0123456"]


def test_who_starts_an_orchestrator_may_start_and_look_for_it() -> None:
    found = statements(example("nightly_report", "aws"), "nightly-report-dev-every_night")
    assert found["Start"]["Resource"] == [f"arn:aws:states:{PLACE}:stateMachine:nightly-report-dev-report"]
    assert found["Describe"]["Resource"] == [f"arn:aws:states:{PLACE}:execution:nightly-report-dev-report:*"]
    assert "Stop" not in found
    assert found["Missed"]["Resource"] == [f"arn:aws:sqs:{PLACE}:nightly-report-dev-every_night-missed"]
    function = only(example("nightly_report", "aws"), "aws:lambda/function:Function", "every_night")
    machines = function["environment"]["variables"]["PFAAS_MACHINES"]
    assert machines == f"arn:aws:states:{PLACE}:stateMachine:nightly-report-dev-"


def test_a_schedule_is_called_in_its_time_zone_and_what_is_missed_is_kept() -> None:
    made = example("nightly_report", "aws").of("aws:scheduler/schedule:Schedule")
    assert {one.inputs["scheduleExpressionTimezone"] for one in made} == {"Europe/Oslo"}
    assert len(made) == 2  # its own, and the one for the hour that clocks skip
    for one in made:
        assert "<aws.scheduler.scheduled-time>" in one.inputs["target"]["input"]
        assert one.inputs["target"]["deadLetterConfig"]["arn"].endswith("every_night-missed")
    role = statements(example("nightly_report", "aws"), "nightly-report-dev-every_night-schedule")
    assert role["Function"]["Resource"] == [f"arn:aws:lambda:{PLACE}:function:nightly-report-dev-every_night:*"]


def test_events_and_objects_come_through_a_rule_that_alone_may_fill_the_queue() -> None:
    thumbnails = example("thumbnails", "aws")
    rules = {one.name: one.inputs for one in thumbnails.of("aws:cloudwatch/eventRule:EventRule")}
    assert rules["thumbnails-dev-index"]["eventBusName"] == "thumbnails-dev-made"
    pattern = json.loads(rules["thumbnails-dev-arrived"]["eventPattern"])
    assert pattern["detail"]["bucket"]["name"] == ["thumbnails-dev-photos-0123456"]
    policy = json.loads(only(thumbnails, "aws:sqs/queuePolicy:QueuePolicy", "function_arrived")["policy"])
    allowed = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    arn = f"arn:aws:events:{PLACE}:rule/thumbnails-dev-arrived"
    assert [one["Condition"] for one in allowed] == [{"ArnEquals": {"aws:SourceArn": arn}}]
    watched = [one.inputs for one in thumbnails.of("aws:s3/bucketNotification:BucketNotification")]
    assert watched == [{"bucket": "thumbnails-dev-photos-0123456", "eventbridge": True}]


def settings_of(recording: Recording) -> dict[str, str]:
    site = only(recording, "azure-native:web:WebApp")
    return {each["name"]: each["value"] for each in site["siteConfig"]["appSettings"]}


def test_azure_settings_name_topics_and_secrets_and_hold_none() -> None:
    todos = settings_of(example("todo_api", "azure"))
    assert todos["WEB_KEY"].startswith("@Microsoft.KeyVault(SecretUri=https://todo-api-dev0123456.vault")
    assert todos["WEB_KEY"].endswith("secrets/web-key)")
    made = settings_of(example("thumbnails", "azure"))["PORTABLE_FAAS_TOPIC_MADE"]
    assert made == "https://thumbnails-dev-made0123456.eventgrid.invalid/api/events"


def of_type(recording: Recording, type: str) -> list[Recorded]:
    return [one for one in recording.resources if one.type.endswith(type)]


def test_azure_delivers_into_the_queue_that_the_function_reads_and_lays_down_the_rest() -> None:
    thumbnails = example("thumbnails", "azure")
    queues = {one.inputs["queueName"] for one in of_type(thumbnails, ":storage:Queue")}
    subscriptions = of_type(thumbnails, "EventSubscription")
    assert len(subscriptions) == 3
    for one in subscriptions:
        delivery = one.inputs["deliveryWithResourceIdentity"]["destination"]
        letters = one.inputs["deadLetterWithResourceIdentity"]["deadLetterDestination"]
        assert delivery["queueName"] in queues
        assert letters["blobContainerName"] == "undelivered"
    arrived = only(thumbnails, "azure-native:eventgrid:SystemTopicEventSubscription", "arrived")
    assert arrived["filter"]["subjectBeginsWith"] == "/blobServices/default/containers/photos/blobs/in/"


def test_azure_deletes_long_events_some_time() -> None:
    made = only(example("thumbnails", "azure"), "azure-native:storage:ManagementPolicy")
    (rule,) = made["policy"]["rules"]
    assert rule["enabled"] is True
    assert rule["definition"] == {
        "actions": {"baseBlob": {"delete": {"daysAfterCreationGreaterThan": 400}}},
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["portable-faas-messages/events/"]},
    }
    assert not example("orders", "azure").of("azure-native:storage:ManagementPolicy")


@pytest.mark.parametrize("on", ["aws", "azure"])
def test_an_apps_own_settings_are_variables(on: str, tmp_path: Path) -> None:
    def declare(manifest: dict[str, Any]) -> None:
        manifest["resources"].append({"kind": "setting", "name": "shop-url", "default": None})

    folder = rebuilt(built("todo_api", on), tmp_path, declare)
    made = recorded(folder, variables='{"SHOP_URL": "https://shop.example"}')
    if on == "azure":
        assert settings_of(made)["SHOP_URL"] == "https://shop.example"
    else:
        function = only(made, "aws:lambda/function:Function", "add_todo")
        assert function["environment"]["variables"]["SHOP_URL"] == "https://shop.example"
    with pytest.raises(pulumi.RunError, match="shop-url has no default, so SHOP_URL needs a value"):
        recorded(folder)
