"""What declarations become in a manifest; it survives writing and reading."""

from examples.thumbnails.app import app as thumbnails
from examples.todo_api.app import app as todos
from portable_faas.manifest import Manifest, Package, parse, render
from portable_faas.manifest.entries import function_entries, resource_entries


def test_functions_with_their_triggers_and_grants() -> None:
    entries = {entry.name: entry for entry in function_entries(thumbnails, "code.zip", lambda name: f"entry.{name}")}
    assert sorted(entries) == ["arrived", "index", "removed"]
    arrived = entries["arrived"]
    assert (arrived.kind, arrived.handler) == ("blob", "entry.arrived")
    found = {"bucket": "photos", "prefix": "in/", "suffix": ".ppm", "change": "created"}
    assert arrived.triggers == ({"kind": "blob", **found},)
    assert arrived.permissions == ({"kind": "orchestrator", "name": "make_all", "operation": "start"},)
    assert entries["removed"].permissions == ({"kind": "bucket", "name": "thumbnails", "operation": "delete"},)


def test_resources_without_the_values_of_secrets() -> None:
    assert list(resource_entries(todos)) == [
        {"kind": "bucket", "name": "diary"},
        {"kind": "bucket", "name": "todos"},
        {"kind": "queue", "name": "finished", "attempts": 3, "retry_after": 30.0},
        {"kind": "secret", "name": "reports-key"},
        {"kind": "secret", "name": "web-key"},
    ]


def test_a_manifest_with_them_is_read_as_it_was_written() -> None:
    package = Package("code.zip", "0" * 64, 1, 1)
    functions = function_entries(todos, "code.zip", lambda name: f"entry.{name}")
    whole = Manifest("todo-api", "cloud", "3.12", "1" * 64, functions, (package,), resources=resource_entries(todos))
    text = render(whole)
    assert render(parse(text)) == text
    assert [entry.name for entry in parse(text).functions] == sorted(todos.functions)
