"""Pulumi's resource monitor: what the SDK calls for every resource of a program, and what each call does.

create      the URN is new                      same    no input has changed
update      an input has changed                replace an input has changed that the type fixes at creation

A replacement is made before the old one is deleted, unless both have one name or the program says otherwise; what was
replaced, and what the program no longer asks for, is deleted at the end (Pulumi's documentation, "Resource options:
deleteBeforeReplace", "How Pulumi works").
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, final

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import resource_pb2

from portable_faas.errors import NotSupported
from portable_faas_infra.emulated.failure import DeployFailed
from portable_faas_infra.emulated.kind import Backend, Kind, Made
from portable_faas_infra.emulated.properties import Properties, changed, kept, plain
from portable_faas_infra.emulated.state import Resource, State

STACK: Final = "pulumi:pulumi:Stack"
PROVIDER: Final = "pulumi:providers:"
FEATURES: Final = ("RESOURCE_MONITOR_FEATURE_SECRETS", "RESOURCE_MONITOR_FEATURE_DELETED_WITH")
# Options of a resource that would change what is deployed and that this engine does not carry out.
UNKNOWN_OPTIONS: Final = {
    "importId": "import",
    "aliases": "aliases",  # the SDK sends their URNs instead, since the feature is not offered
    "remote": "a remote component",
    "replace_with": "replace_with",
    "transforms": "transforms",
}
SIGNS: Final = {"create": "+", "update": "~", "replace": "+-", "delete": "-", "forget": "x", "same": " "}


@final
class Monitor:
    """One run of a program. The SDK calls its methods, named by Pulumi's protocol, from threads of its own."""

    def __init__(self, state: State, backend: Backend, stack: str, project: str, progress: Callable[[str], None]):
        self._state = state
        self._backend = backend
        self._place = f"urn:pulumi:{stack}::{project}"
        self._progress = progress
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._stack_urn = ""
        self.failure: DeployFailed | None = None
        self.outputs: Properties = {}
        self.done: Counter[str] = Counter()

    def RegisterResource(self, request: Any) -> Any:
        """Make a resource be as the program says; one at a time."""
        with self._lock:
            urn = self._urn(request)
            if self.failure is not None:
                raise self.failure
            try:
                return self._register(urn, request)
            except Exception as error:
                self.failure = DeployFailed(urn, f"{request.type} {request.name}: {error}")
                self._progress(f"! {request.type} {request.name} failed: {error}")
                raise self.failure from error

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Keep what the stack exports; what components say of themselves concerns nobody else."""
        if request.urn == self._stack_urn:
            self.outputs = plain(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:
        """Answer a function of a provider."""
        answer = self._backend.invoke(request.tok, plain(request.args))
        return resource_pb2.ResourceInvokeResponse(**{"return": _struct(answer)})

    def SupportsFeature(self, request: Any) -> Any:
        """The features under their former names."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in ("secrets", "deletedWith"))

    def GetDeploymentInfo(self, request: Any) -> Any:
        """What of Pulumi's protocol is understood here."""
        return resource_pb2.DeploymentInfo(supportedFeatures=[getattr(resource_pb2, name) for name in FEATURES])

    def SignalAndWaitForShutdown(self, request: Any) -> Any:
        """The program has ended."""
        return empty_pb2.Empty()

    def sweep(self) -> None:
        """Delete what was replaced or is no longer asked for, dependents first."""
        self._delete([each for each in self._state if each.replaced or each.urn not in self._seen])

    def destroy(self) -> None:
        """Delete everything, dependents first; nothing if anything of it is protected."""
        self._delete(list(self._state))

    def _urn(self, request: Any) -> str:
        parents = request.parent.split("::")[2] if request.parent else STACK
        token = request.type if parents == STACK else f"{parents}${request.type}"
        return f"{self._place}::{token}::{request.name}"

    def _register(self, urn: str, request: Any) -> Any:
        if urn in self._seen:
            raise ValueError("two resources have this type, name and parent; give one of them another name")
        _refuse_unknown_options(request)
        self._seen.add(urn)
        if not request.custom or request.type.startswith(PROVIDER):
            return self._component(urn, request)
        inputs = plain(request.object)
        made = self._step(urn, request, self._backend.kind(request.type), inputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made.id, object=_struct(made.outputs))

    def _component(self, urn: str, request: Any) -> Any:
        if request.type == STACK:
            self._stack_urn = urn
            return resource_pb2.RegisterResourceResponse(urn=urn)
        before = self._before(urn, request)
        self._state.put(Resource(urn, request.type, request.name, self._state.next_order()), before)
        chosen = urn.rpartition("::")[2] if request.custom else ""
        return resource_pb2.RegisterResourceResponse(urn=urn, id=chosen, object=request.object)

    def _before(self, urn: str, request: Any) -> Resource | None:
        """What is there already, under this URN or one that the resource had before."""
        found = (self._state.get(each) for each in (urn, *request.aliasURNs))
        return next((resource for resource in found if resource is not None), None)

    def _step(self, urn: str, request: Any, kind: Kind, inputs: Properties) -> Made:
        _refuse_unknown_properties(kind, inputs)
        before = self._before(urn, request)
        chosen = kind.named is None or kind.named in inputs
        if before is None:
            return self._create("create", urn, request, kind, inputs)
        if kind.named is not None and not chosen:
            inputs[kind.named] = before.inputs[kind.named]
        now = kept(inputs)
        for name in request.ignoreChanges:
            inputs[name] = now[name] = before.inputs.get(name)
        different = changed(before.inputs, now)
        if different & (kind.fixed | set(request.replaceOnChanges)):
            if kind.named is not None and not chosen:
                del inputs[kind.named]
            return self._replace(urn, request, kind, inputs, before)
        fresh = before._replace(urn=urn, inputs=now, protect=request.protect, retain=request.retainOnDelete)
        if different:
            self._say("update", before)
            fresh = fresh._replace(outputs=kept(kind.update(before, inputs, different)))
        self.done["update" if different else "same"] += 1
        self._state.put(fresh._replace(order=self._state.next_order()), before)
        return Made(str(fresh.id), dict(fresh.outputs))

    def _create(self, how: str, urn: str, request: Any, kind: Kind, inputs: Properties) -> Made:
        _give_name(kind, request.name, inputs)
        resource = Resource(urn, request.type, request.name, self._state.next_order())
        self._say(how, resource)
        made = kind.create(inputs)
        outputs = kept(made.outputs)
        told = resource._replace(id=made.id, inputs=kept(inputs), outputs=outputs)
        self._state.put(told._replace(protect=request.protect, retain=request.retainOnDelete))
        self.done[how] += 1
        return Made(made.id, outputs)

    def _replace(self, urn: str, request: Any, kind: Kind, inputs: Properties, before: Resource) -> Made:
        if before.protect:
            raise ValueError("it is protected and cannot be replaced")
        is_taken = kind.named is None or inputs.get(kind.named) == before.inputs[kind.named]
        if is_taken or request.deleteBeforeReplace:
            self._remove(before)
            return self._create("replace", urn, request, kind, inputs)
        made = self._create("replace", urn, request, kind, inputs)
        self._state.put(before._replace(replaced=True), before)
        return made

    def _delete(self, doomed: list[Resource]) -> None:
        guarded = [each.urn for each in doomed if each.protect and not each.replaced]
        if guarded:
            raise DeployFailed(guarded[0], f"{len(guarded)} resources are protected; nothing was deleted")
        for resource in sorted(doomed, key=lambda each: -each.order):
            self._remove(resource)

    def _remove(self, resource: Resource) -> None:
        if resource.id is None:  # a component
            self._state.remove(resource)
            return
        how = "forget" if resource.retain else "delete"
        self._say(how, resource)
        if not resource.retain:
            try:
                self._backend.kind(resource.token).delete(resource)
            except Exception as error:
                raise DeployFailed(resource.urn, f"{resource.token} {resource.name}: {error}") from error
        self._state.remove(resource)
        self.done[how] += 1

    def _say(self, how: str, resource: Resource) -> None:
        self._progress(f"{SIGNS[how]:2} {how} {resource.token} {resource.name}")


def _refuse_unknown_options(request: Any) -> None:
    asked = [option for field, option in UNKNOWN_OPTIONS.items() if getattr(request, field)]
    if asked:
        raise NotSupported(f"the emulated deploy does not carry out {asked[0]}")


def _refuse_unknown_properties(kind: Kind, inputs: Properties) -> None:
    unknown = [] if kind.properties is None else sorted(inputs.keys() - kind.properties)
    if unknown:
        raise NotSupported(f"the emulated deploy does not know the property {unknown[0]}")


def _give_name(kind: Kind, name: str, inputs: Properties) -> None:
    if kind.named is not None and kind.named not in inputs:
        inputs[kind.named] = kind.new_name(name)


def _struct(values: Properties) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def words(done: Counter[str]) -> Iterator[str]:
    """Counts for people: ``3 created``, ``1 unchanged``."""
    past = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "unchanged"}
    for how, count in done.items():
        yield f"{count} {past.get(how, how + 'ed')}"
