"""The manifest: it comes back as it was written, and a wrong one is named with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portable_faas.manifest import Function, Machine, Manifest, ManifestError, Package, json_schema, parse, read, render

GOOD = Manifest(
    app="shop",
    cloud="aws",
    python="3.12",
    release="0" * 64,
    functions=(
        Function("charge", "activity", "handlers.charge", "app.zip", 512, 90, {"B": "2", "A": "1"}),
        Function("fulfil", "orchestrator", "handlers.fulfil", "app.zip", permissions=({"kind": "invoke", "on": [1]},)),
    ),
    packages=(Package("app.zip", "a" * 64, 10, 20, ("idna==3.10",)),),
    machines=(Machine("fulfil", "machines/fulfil.asl.json"),),
    settings={"address": "${storage.blob}"},
)


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(render(GOOD))
    change(document)
    return json.dumps(document)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(render(GOOD), "utf-8")
    assert read(tmp_path) == read(tmp_path / "manifest.json") == GOOD


def test_equal_manifests_have_equal_bytes() -> None:
    turned = GOOD.functions[0]._replace(environment={"A": "1", "B": "2"})
    assert render(GOOD._replace(functions=(turned, GOOD.functions[1]))) == render(GOOD)


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "older": (lambda d: d.update(schema=0), "schema: is 0, this release reads 1; build the app again"),
    "no version": (lambda d: d.pop("schema"), "schema: is null, this release reads 1"),
    "true is no version": (lambda d: d.update(schema=True), "schema: is true"),
    "missing": (lambda d: d.pop("app"), "app: is missing"),
    "unknown": (lambda d: d.update(colour=1), "colour: is unknown; known here are app, cloud"),
    "text": (lambda d: d.update(app=3), "app: is a name of ASCII letters, digits, '-' and '_', not 3"),
    "python": (lambda d: d.update(python="3.12.1"), 'python: is a Python version such as 3.12, not "3.12.1"'),
    "list": (lambda d: d.update(functions={}), "functions: is a list, not {}"),
    "object": (lambda d: d["functions"].append(1), "functions[2]: is an object, not 1"),
    "kind": (lambda d: d["functions"][0].update(kind="task"), "functions[0].kind: is one of activity, orchestrator"),
    "timeout": (
        lambda d: d["functions"][0].update(timeout=901),
        "functions[0].timeout: is a whole number from 1 to 900, not 901",
    ),
    "bool": (lambda d: d["functions"][0].update(memory=True), "functions[0].memory: is a whole number from 128"),
    "variable": (lambda d: d["functions"][0].update(environment={"A": 1}), "functions[0].environment['A']: is text"),
    "permission": (lambda d: d["functions"][1]["permissions"].append({}), "functions[1].permissions[1]: is an object"),
    "climbing": (lambda d: d["machines"][0].update(definition="../x"), "machines[0].definition: is a relative path"),
    "absolute": (lambda d: d["packages"][0].update(file="/x"), "packages[0].file: is a relative path"),
    "hash": (lambda d: d["packages"][0].update(sha256="A" * 64), "packages[0].sha256: is a SHA-256"),
}
TOGETHER: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no package": (lambda d: d.update(packages=[]), "functions[0].package: there is no package 'app.zip'"),
    "twice": (lambda d: d["functions"].append(d["functions"][0]), "functions[2]: 'charge' is there twice"),
}


@pytest.mark.parametrize("name", [*WRONG, *TOGETHER])
def test_a_wrong_manifest_is_named_with_its_place(name: str) -> None:
    change, told = {**WRONG, **TOGETHER}[name]
    with pytest.raises(ManifestError) as refused:
        parse(changed(change), "dist/manifest.json")
    assert str(refused.value).startswith(f"dist/manifest.json: {told}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "x.json:1:2: is not JSON"), ("[]", "x.json: is an object, not []"), ("[" * 99999, "x.json: is nested")],
)
def test_a_text_that_is_no_manifest(text: str, told: str) -> None:
    with pytest.raises(ManifestError) as refused:
        parse(text, "x.json")
    assert str(refused.value).startswith(told)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read: No such file"):
        read(tmp_path / "nothing.json")
    (tmp_path / "manifest.json").write_bytes(b'{"\xff')
    with pytest.raises(ManifestError, match="is not UTF-8 at byte 2"):
        read(tmp_path)


def test_the_schema_refuses_what_reading_refuses() -> None:
    """With an independent implementation of JSON Schema."""
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(json_schema())
    validator = Draft202012Validator(json_schema())
    assert not list(validator.iter_errors(json.loads(render(GOOD))))
    passed = [name for name, (change, _) in WRONG.items() if validator.is_valid(json.loads(changed(change)))]
    # JSON Schema says that true is 1 in no place but this one: a constant is compared by value.
    assert passed == []
