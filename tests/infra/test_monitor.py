"""The small engine itself, over types of its own: every step, failures, protection, and what it refuses."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from portable_faas_infra.emulated import DeployFailed, Stack
from portable_faas_infra.emulated.kind import Backend, Kind, Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

from portable_faas.errors import NotSupported


class Box(Kind):
    """Something with a name, a fixed colour and a size that may change."""

    token = "test:index:Box"
    properties = frozenset({"name", "colour", "size", "inside", "code"})
    fixed = frozenset({"name", "colour"})
    named = "name"

    def __init__(self) -> None:
        self.there: dict[str, Properties] = {}
        self.calls: list[str] = []

    def create(self, inputs: Properties) -> Made:
        name = inputs["name"]
        if name in self.there:
            raise RuntimeError(f"{name} is there already")
        if inputs.get("size") == 13:
            raise RuntimeError("no boxes of that size")
        self.there[name] = inputs
        self.calls.append(f"create {name}")
        return Made(name, {**inputs, "label": f"<{name}>"})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        if inputs.get("size") == 13:
            raise RuntimeError("no boxes of that size")
        self.there[str(made.id)] = inputs
        self.calls.append(f"update {made.id}: {', '.join(sorted(changed))}")
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        del self.there[str(made.id)]
        self.calls.append(f"delete {made.id}")


class Cloud(Backend):
    """An account that holds boxes."""

    def __init__(self) -> None:
        self.box = Box()
        super().__init__([self.box])

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        if token != "test:index:double":
            raise NotSupported(f"no answer for {token}")
        return {"value": arguments["value"] * 2}


class BoxResource(pulumi.CustomResource):
    """The program's side of a box."""

    label: pulumi.Output[str]
    name: pulumi.Output[str]
    size: pulumi.Output[int]

    def __init__(self, resource: str, opts: Any = None, **inputs: Any) -> None:
        names = ("name", "colour", "size", "inside", "code", "label", "odd")
        given = {name: inputs.get(name) for name in names}
        super().__init__("test:index:Box", resource, given, opts)


Program = Callable[[], None]
BLUE = {"name": "a", "colour": "blue", "size": 1}


def box(resource: str = "a", /, **inputs: Any) -> Program:
    def program() -> None:
        BoxResource(resource, **{**BLUE, "name": resource, **inputs})

    return program


def both(*programs: Program) -> Program:
    def program() -> None:
        for each in programs:
            each()

    return program


@pytest.fixture
def boxes() -> Cloud:
    return Cloud()


@pytest.fixture
def stack(boxes: Cloud) -> Stack:
    return Stack(boxes)


def test_a_second_up_changes_nothing(stack: Stack, boxes: Cloud) -> None:
    assert stack.up(box()) == {"create": 1}
    assert stack.up(box()) == {"same": 1}
    assert boxes.box.calls == ["create a"]


def test_a_changed_input_updates_in_place_and_says_what_changed(stack: Stack, boxes: Cloud) -> None:
    stack.up(both(box(), box("b")))
    assert stack.up(both(box(size=2), box("b"))) == {"update": 1, "same": 1}
    assert boxes.box.calls[-1] == "update a: size"
    assert boxes.box.there["a"]["size"] == 2


def test_an_input_that_is_left_out_has_changed(stack: Stack, boxes: Cloud) -> None:
    stack.up(box())
    stack.up(box(size=None))
    assert boxes.box.there["a"] == {"name": "a", "colour": "blue"}


def test_a_fixed_input_needs_a_new_one_and_its_name_is_free_first(stack: Stack, boxes: Cloud) -> None:
    stack.up(box())
    assert stack.up(box(colour="red")) == {"delete": 1, "replace": 1}
    assert boxes.box.calls == ["create a", "delete a", "create a"]


def test_with_a_name_of_its_own_the_new_one_is_made_first(stack: Stack, boxes: Cloud) -> None:
    stack.up(box(name=None))
    (first,) = boxes.box.there
    assert first.startswith("a-")
    assert stack.up(box(name=None, size=3)) == {"update": 1}
    assert list(boxes.box.there) == [first]
    assert stack.up(box(name=None, colour="red")) == {"replace": 1, "delete": 1}
    (second,) = boxes.box.there
    assert boxes.box.calls[2:] == [f"create {second}", f"delete {first}"]


def test_delete_before_replace_is_obeyed(stack: Stack, boxes: Cloud) -> None:
    options = pulumi.ResourceOptions(delete_before_replace=True)
    stack.up(box(name=None, opts=options))
    stack.up(box(name=None, colour="red", opts=options))
    assert [call.split()[0] for call in boxes.box.calls] == ["create", "delete", "create"]


def test_what_the_program_no_longer_has_is_deleted_dependents_first(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        outer = BoxResource("outer", **{**BLUE, "name": "outer"})
        BoxResource("inner", **{**BLUE, "name": "inner", "inside": outer.label})

    stack.up(both(program, box()))
    assert boxes.box.there["inner"]["inside"] == "<outer>"
    assert stack.up(box()) == {"same": 1, "delete": 2}
    assert boxes.box.calls[-2:] == ["delete inner", "delete outer"]


def test_destroy_leaves_nothing_and_another_up_starts_anew(stack: Stack, boxes: Cloud) -> None:
    stack.up(both(box(), box("b")))
    assert stack.destroy() == {"delete": 2}
    assert boxes.box.there == {}
    assert stack.resources == []
    assert stack.up(box()) == {"create": 1}


def test_the_outputs_are_what_the_program_exports(stack: Stack) -> None:
    def program() -> None:
        made = BoxResource("a", **BLUE)
        pulumi.export("label", made.label)
        pulumi.export("nested", {"sizes": [made.size, 2], "secret": pulumi.Output.secret("hush")})

    stack.up(program)
    assert stack.outputs == {"label": "<a>", "nested": {"sizes": [1, 2], "secret": "hush"}}


def test_a_failure_half_way_names_the_resource_and_can_be_destroyed(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        broken = BoxResource("broken", name="broken", size=13)
        BoxResource("after", name="after", inside=broken.label)

    with pytest.raises(DeployFailed, match="Box broken: no boxes of that size") as failed:
        stack.up(both(box(), program))
    assert failed.value.urn.endswith("::test:index:Box::broken")
    assert "after" not in boxes.box.there
    stack.destroy()
    assert boxes.box.there == {}


def test_after_a_failure_the_next_up_goes_on(stack: Stack, boxes: Cloud) -> None:
    stack.up(both(box(), box("b")))
    with pytest.raises(DeployFailed):
        stack.up(both(box(size=13)))
    assert sorted(boxes.box.there) == ["a", "b"]
    assert boxes.box.there["a"]["size"] == 1
    assert stack.up(box(size=2)) == {"update": 1, "delete": 1}


def test_a_replacement_that_fails_keeps_the_old_one(stack: Stack, boxes: Cloud) -> None:
    stack.up(box(name=None))
    (first,) = boxes.box.there
    with pytest.raises(DeployFailed):
        stack.up(box(name=None, colour="red", size=13))
    assert list(boxes.box.there) == [first]
    assert stack.up(box(name=None)) == {"same": 1}


def test_what_the_program_itself_raises_is_raised(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        raise LookupError("no manifest")

    with pytest.raises(LookupError, match="no manifest"):
        stack.up(both(box(), program))
    stack.destroy()
    assert boxes.box.there == {}


def test_an_error_in_apply_is_raised(stack: Stack) -> None:
    def program() -> None:
        BoxResource("a", **BLUE).label.apply(lambda label: int(label))

    with pytest.raises(ValueError, match="invalid literal"):
        stack.up(program)


def test_two_resources_of_one_urn_are_refused(stack: Stack) -> None:
    with pytest.raises(DeployFailed, match="two resources have this type, name and parent"):
        stack.up(both(box(), box()))


def test_a_urn_holds_the_types_of_the_parents_but_not_their_names(stack: Stack) -> None:
    def program(*sides: tuple[str, str]) -> None:
        for token, name in sides:
            component = pulumi.ComponentResource(token, name)
            BoxResource("a", pulumi.ResourceOptions(parent=component), name=name)

    stack.up(lambda: program(("test:index:Left", "left"), ("test:index:Right", "right")))
    urns = [resource.urn for resource in stack.resources if resource.id is not None]
    assert urns[0] == "urn:pulumi:local::portable-faas::test:index:Left$test:index:Box::a"
    with pytest.raises(DeployFailed, match="two resources have this type"):
        stack.up(lambda: program(("test:index:Left", "left"), ("test:index:Left", "right")))


def test_an_unknown_type_is_refused_by_name(stack: Stack) -> None:
    def program() -> None:
        pulumi.CustomResource("test:index:Crate", "c", {})

    with pytest.raises(DeployFailed, match="not know the resource type test:index:Crate; known are test:index:Box"):
        stack.up(program)


def test_an_unknown_property_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(DeployFailed, match="does not know the property odd"):
        stack.up(box(odd=1))


def test_an_option_that_is_not_carried_out_is_refused(stack: Stack) -> None:
    with pytest.raises(DeployFailed, match="does not carry out import"):
        stack.up(box(opts=pulumi.ResourceOptions(import_="box-1")))


def test_a_resource_that_was_renamed_in_the_program_is_found_by_its_alias(stack: Stack, boxes: Cloud) -> None:
    stack.up(box("old", name="a"))
    renamed = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])
    assert stack.up(box("new", name="a", opts=renamed)) == {"same": 1}
    assert stack.up(box("new", name="a")) == {"same": 1}
    assert boxes.box.calls == ["create a"]


def test_secrets_arrive_unwrapped_at_any_depth(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        secret = pulumi.Output.secret("hush")
        BoxResource("a", name="a", inside={"list": [secret, 1.0], "deep": {"deeper": secret}})

    stack.up(program)
    assert boxes.box.there["a"]["inside"] == {"list": ["hush", 1], "deep": {"deeper": "hush"}}


def test_numbers_that_are_whole_are_ints(stack: Stack, boxes: Cloud) -> None:
    stack.up(box(size=2.0, inside=0.5))
    assert (boxes.box.there["a"]["size"], boxes.box.there["a"]["inside"]) == (2, 0.5)
    assert type(boxes.box.there["a"]["size"]) is int


def test_code_is_compared_by_what_it_holds(stack: Stack, boxes: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "app.txt"
    file.write_text("one")
    assert stack.up(box(code=pulumi.FileAsset(str(file)))) == {"create": 1}
    assert isinstance(boxes.box.there["a"]["code"], pulumi.FileAsset)
    assert stack.up(box(code=pulumi.FileAsset(str(file)))) == {"same": 1}
    file.write_text("two")
    assert stack.up(box(code=pulumi.FileAsset(str(file)))) == {"update": 1}


def test_ignored_changes_change_nothing(stack: Stack, boxes: Cloud) -> None:
    options = pulumi.ResourceOptions(ignore_changes=["size"])
    stack.up(box(opts=options))
    assert stack.up(box(size=5, opts=options)) == {"same": 1}
    assert boxes.box.there["a"]["size"] == 1


def test_protected_resources_are_neither_destroyed_nor_replaced(stack: Stack, boxes: Cloud) -> None:
    options = pulumi.ResourceOptions(protect=True)
    stack.up(both(box(opts=options), box("b")))
    with pytest.raises(DeployFailed, match="1 resources are protected; nothing was deleted"):
        stack.destroy()
    with pytest.raises(DeployFailed, match="protected and cannot be replaced"):
        stack.up(both(box(colour="red", opts=options), box("b")))
    assert sorted(boxes.box.there) == ["a", "b"]
    stack.up(both(box(), box("b")))
    assert stack.destroy() == {"delete": 2}


def test_what_is_to_be_retained_is_forgotten_and_stays(stack: Stack, boxes: Cloud) -> None:
    stack.up(box(opts=pulumi.ResourceOptions(retain_on_delete=True)))
    assert stack.destroy() == {"forget": 1}
    assert list(boxes.box.there) == ["a"]


def test_the_state_in_a_file_outlives_the_stack(boxes: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    Stack(boxes, path=path).up(box())
    again = Stack(boxes, path=path)
    assert again.up(box()) == {"same": 1}
    with pytest.raises(DeployFailed):
        again.up(both(box(), box("c", size=13)))
    Stack(boxes, path=path).destroy()
    assert boxes.box.there == {}


def test_a_state_of_another_release_is_refused(boxes: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"version": 0, "resources": []}')
    with pytest.raises(ValueError, match="state of another release"):
        Stack(boxes, path=path)


def test_progress_is_told_line_by_line(boxes: Cloud) -> None:
    told: list[str] = []
    stack = Stack(boxes, progress=told.append)
    stack.up(both(box(), box("b")))
    stack.up(box(size=2))
    assert told == [
        "+  create test:index:Box a",
        "+  create test:index:Box b",
        "2 created",
        "~  update test:index:Box a",
        "-  delete test:index:Box b",
        "1 updated, 1 deleted",
    ]


def test_settings_reach_the_program_and_do_not_stay(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        BoxResource("a", name=pulumi.Config("portable-faas").get("stage") or "none")

    stack.up(program, {"portable-faas:stage": "dev"})
    assert list(boxes.box.there) == ["dev"]
    stack.up(program)
    assert list(boxes.box.there) == ["none"]


def test_a_function_of_the_provider_is_answered(stack: Stack, boxes: Cloud) -> None:
    def program() -> None:
        answer = pulumi.runtime.invoke_output("test:index:double", {"value": 21})
        BoxResource("a", name="a", size=answer.apply(lambda found: found["value"]))

    stack.up(program)
    assert boxes.box.there["a"]["size"] == 42
