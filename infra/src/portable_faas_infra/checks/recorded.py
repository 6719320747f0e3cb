"""Runs a Pulumi program against a monitor that writes down each resource and makes up its outputs.

record(lambda: AwsApp("orders", deployment))   ->   Recording((Recorded("aws:lambda/function:Function", ...), ...))

Nothing is created and no network is asked. It drives the SDK the way its own mocks do (`pulumi.runtime.mocks`).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, final

import pulumi
from google.protobuf import empty_pb2
from pulumi.dynamic.dynamic import PROVIDER_KEY
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import SETTINGS, configure, set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from portable_faas_infra.checks.outputs import answer, made_up

PROJECT: Final = "portable-faas"
STACK_TYPE: Final = "pulumi:pulumi:Stack"


@final
class Recorded(NamedTuple):
    """One resource: its type and logical name, the URN of its parent, and what the provider would have got.

    A component has no provider: ``custom`` is False, and its inputs are empty.
    """

    type: str
    name: str
    urn: str
    parent: str
    custom: bool
    protect: bool
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...] = ()


@final
class Recording(NamedTuple):
    """All resources in the order of their URNs, and the outputs of the stack."""

    resources: tuple[Recorded, ...]
    outputs: Mapping[str, Any]

    def of(self, type: str) -> list[Recorded]:
        """The resources of one type."""
        return [one for one in self.resources if one.type == type]


@final
class Duplicate(Exception):
    """Two resources of the program have one URN, which no engine takes."""


@final
class _Monitor(mocks.MockMonitor):
    def __init__(self, preview: bool) -> None:
        super().__init__(_Unused())
        self._preview = preview
        self.found: dict[str, Recorded] = {}
        self.outputs: Mapping[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:
        """Write down a resource and give it outputs."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        _ensure_event_loop()
        inputs = plain(rpc.deserialize_properties(request.object))
        inputs.pop(PROVIDER_KEY, None)  # a dynamic resource's own code
        if urn in self.found:
            raise Duplicate(urn)
        asked = request.parent, request.custom, request.protect, inputs, tuple(sorted(request.dependencies))
        self.found[urn] = Recorded(request.type, request.name, urn, *asked)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        identity, outputs = made_up(request.type, request.name, inputs)
        if self._preview:
            identity, outputs = "", {name: inputs.get(name, rpc.UNKNOWN) for name in outputs}
        given = _sync_await(rpc.serialize_properties(outputs, {}))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=given)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Keep those of the stack."""
        if f"::{STACK_TYPE}::" in request.urn:
            _ensure_event_loop()
            self.outputs = plain(rpc.deserialize_properties(request.outputs))
        return empty_pb2.Empty()


@final
class _Unused(mocks.Mocks):
    """The monitor answers for itself; only what programs look up comes here."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        return answer(args.token, args.args)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError(f"a program that is recorded cannot read {args.typ}")


def record(
    program: Callable[[], object], *, stack: str = "dev", config: Mapping[str, str] = {}, preview: bool = False
) -> Recording:
    """Run ``program`` and give what it asked for; what it raises is raised.

    In a ``preview`` nothing is known that only a provider could tell, as before the first deployment.
    """
    monitor = _Monitor(preview)
    features = set(monitor.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures)
    configure(
        mocks.MockSettings(
            monitor=monitor,
            monitor_features=features,
            engine=mocks.MockEngine(logging.getLogger("portable_faas_infra.record")),
            project=PROJECT,
            stack=stack,
            dry_run=preview,
            organization=None,
            callbacks=None,
        )
    )
    SETTINGS.rpc_manager.clear()
    SETTINGS.outputs.clear()
    set_root_resource(None)  # type: ignore[arg-type]  # there may be none, as before the first program
    pulumi.runtime.set_all_config(dict(config))
    _sync_await(run_in_stack(lambda: _nothing(program())))
    return Recording(tuple(monitor.found[urn] for urn in sorted(monitor.found)), monitor.outputs)


def plain(value: Any) -> Any:
    """Properties as data: whole numbers are whole again, secrets lie open."""
    if isinstance(value, dict):
        if rpc._special_sig_key in value:
            return plain(value.get("value"))
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _nothing(_: object) -> None:
    return None
