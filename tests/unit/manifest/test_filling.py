"""What a build leaves to the deployment is filled in, and nothing else is touched."""

import json

import pytest

from portable_faas.manifest import fill, fill_strings, references, string_references

DEFINITION = json.dumps(
    {
        "StartAt": "charge",
        "States": {
            "charge": {
                "FunctionName": "${function:charge}",
                "Said": "{% 'the text ${function:charge} of a program' %}",
                "Items": ["${table:instances}", 1, None, {"again": "${function:charge}"}],
            }
        },
    }
)


def test_a_setting_may_refer_anywhere() -> None:
    assert references("${bucket:values} and ${storage.blob}x") == ("bucket:values", "storage.blob")
    assert fill("a ${bucket:values}/${storage.blob}", {"bucket:values": "b", "storage.blob": "c"}) == "a b/c"


@pytest.mark.parametrize("text", ["${HOME}", "$bucket:values", "${}", "${a b:c}", "plain"])
def test_what_is_no_reference_stays(text: str) -> None:
    assert references(text) == ()
    assert fill(text, {}) == text


def test_only_a_string_that_is_a_reference_is_one_in_a_definition() -> None:
    assert string_references(DEFINITION) == ("function:charge", "table:instances")
    filled = json.loads(fill_strings(DEFINITION, {"function:charge": 'arn:"1"', "table:instances": "t"}))
    state = filled["States"]["charge"]
    assert state["FunctionName"] == 'arn:"1"'
    assert state["Said"] == "{% 'the text ${function:charge} of a program' %}"
    assert state["Items"] == ["t", 1, None, {"again": 'arn:"1"'}]


def test_a_reference_without_a_value_is_named() -> None:
    with pytest.raises(KeyError, match="bucket:values"):
        fill("${bucket:values}", {})
    with pytest.raises(KeyError, match="function:charge"):
        fill_strings(DEFINITION, {"table:instances": "t"})
