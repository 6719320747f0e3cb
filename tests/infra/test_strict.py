"""Every input of every example is what the SDK says; and what is not, is found."""

from typing import Any

import pulumi_aws
import pytest
from portable_faas_infra.checks import Recorded, Recording, record
from portable_faas_infra.checks.strict import misfits

from tests.infra.building import CLOUDS, EXAMPLES, built, example, previewed, recorded


def found(recording: Recording) -> dict[str, list[str]]:
    return {one.name: wrong for one in recording.resources if (wrong := misfits(one))}


@pytest.mark.parametrize("on", CLOUDS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_ask_only_for_what_there_is(name: str, on: str) -> None:
    assert found(example(name, on)) == {}
    assert sum(one.custom for one in example(name, on).resources) >= 10


def test_so_do_the_options_of_azure() -> None:
    assert found(recorded(built("orders", "azure"), plan="consumption", durable="scheduler")) == {}
    assert found(recorded(built("orders", "azure"), alwaysReady="1")) == {}


ACCOUNT = "azure-native:storage:StorageAccount"
SITE = "azure-native:web:WebApp"
FUNCTION = "aws:lambda/function:Function"
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "enumeration": (ACCOUNT, {"kind": "StorageV9"}, "kind: 'StorageV9' is none of Storage, StorageV2"),
    "nested name": (ACCOUNT, {"sku": {"name": "Standard_LRS", "x": 1}}, "sku.x: there is no such property"),
    "type": (ACCOUNT, {"allowSharedKeyAccess": "no"}, "'no' is text where true or false belongs"),
    "missing": (ACCOUNT, {"sku": None}, "sku: is missing"),
    "deeply": (SITE, {"functionAppConfig": {"deploymnt": {}}}, "functionAppConfig.deploymnt: there is no such"),
    "nested enumeration": (
        SITE,
        {"functionAppConfig": {"runtime": {"name": "pyton"}}},
        "functionAppConfig.runtime.name: 'pyton' is none of",
    ),
    "nested type": (
        SITE,
        {"functionAppConfig": {"scaleAndConcurrency": {"instanceMemoryMB": "2GB"}}},
        "instanceMemoryMB: '2GB' is text where a whole number belongs",
    ),
    "in a list": (SITE, {"siteConfig": {"appSettings": [{"nam": "A"}]}}, "siteConfig.appSettings[0].nam: there is no"),
    "runtime": (FUNCTION, {"runtime": "python9.9"}, "runtime: 'python9.9' is none of"),
    "number": (FUNCTION, {"memorySize": "big"}, "memorySize: 'big' is text where a whole number belongs"),
    "truth as number": (FUNCTION, {"timeout": True}, "timeout: True is true or false where a whole number belongs"),
    "nested missing": (FUNCTION, {"tracingConfig": {}}, "tracingConfig.mode: is missing"),
    "object": (FUNCTION, {"tracingConfig": "Active"}, "tracingConfig: 'Active' is text where an object belongs"),
    "list": (FUNCTION, {"handler": ["a"]}, "handler: is a list where text belongs"),
    "no list": (FUNCTION, {"layers": {"a": 1}}, "layers: is an object where"),
    "value in a mapping": (FUNCTION, {"tags": {"a": 1}}, "tags.a: 1 is a whole number where text belongs"),
}


def one(type: str) -> Recorded:
    graph = example("orders", "azure" if type.startswith("azure") else "aws")
    return graph.of(type)[0]


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_found_and_nothing_else(name: str) -> None:
    type, change, problem = WRONG[name]
    resource = one(type)
    assert misfits(resource) == []
    wrong = misfits(resource._replace(inputs={**resource.inputs, **change}))
    assert len(wrong) == 1
    assert problem in wrong[0]


def test_two_resources_with_one_urn_are_refused() -> None:
    def program() -> None:
        for _ in range(2):
            pulumi_aws.cloudwatch.LogGroup("same", name="same")

    with pytest.raises(Exception, match="same"):
        record(program)


@pytest.mark.parametrize("on", CLOUDS)
def test_a_preview_before_the_first_deployment_shows_all_of_it(on: str) -> None:
    """No resource is made only once an output is known: Pulumi could not tell of it beforehand."""
    before, after = previewed(built("orders", on)), example("orders", on)
    assert [(one.urn, one.protect) for one in before.resources] == [(one.urn, one.protect) for one in after.resources]
    assert set(before.outputs) == set(after.outputs)
