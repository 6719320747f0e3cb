"""Lambda: functions with their published versions, aliases, and who may call them."""

from typing import Any, Final

from portable_faas_infra.emulated.assets import content
from portable_faas_infra.emulated.aws.account import renamed, tags_gone, upper
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone, whole
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

CONFIGURATION: Final = {
    "role": "Role",
    "runtime": "Runtime",
    "handler": "Handler",
    "memorySize": "MemorySize",
    "timeout": "Timeout",
    "description": "Description",
    "layers": "Layers",
}
NESTED: Final = {
    "environment": "Environment",
    "tracingConfig": "TracingConfig",
    "loggingConfig": "LoggingConfig",
    "ephemeralStorage": "EphemeralStorage",
    "deadLetterConfig": "DeadLetterConfig",
}
CODE: Final = {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"}
# Say what the code is to the provider, or how it goes about its work; nothing of it reaches Lambda.
BESIDE: Final = ("sourceCodeHash", "skipDestroy", "publish", "packageType", "reservedConcurrentExecutions")


class Function(AWSKind):
    """A function. With ``publish``, every change of code or configuration makes a version."""

    token = "aws:lambda/function:Function"
    properties = frozenset({*CONFIGURATION, *NESTED, *CODE, *BESIDE, "name", "code", "architectures", "tags"})
    fixed = frozenset({"name", "packageType"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it, with its first version if it publishes."""
        client, name = self.client("lambda"), inputs["name"]
        request = _configuration(inputs) | renamed(inputs, {"architectures": "Architectures", "tags": "Tags"})
        publish = bool(inputs.get("publish"))
        made = client.create_function(FunctionName=name, Code=_code(inputs), Publish=publish, **request)
        if inputs.get("reservedConcurrentExecutions", -1) >= 0:
            with whole(lambda: client.delete_function(FunctionName=name)):
                self._reserve(name, inputs)
        return Made(name, self._outputs(inputs, made["Version"], made["CodeSha256"]))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change code, configuration and tags, and publish."""
        client, name = self.client("lambda"), str(made.id)
        version, digest = made.outputs["version"], made.outputs["codeSha256"]
        runs_otherwise = changed & {*CONFIGURATION, *NESTED}
        code = changed & {*CODE, "code", "architectures"}
        if code:
            chosen = renamed(inputs, {"architectures": "Architectures"})
            digest = client.update_function_code(FunctionName=name, **_code(inputs), **chosen)["CodeSha256"]
        if runs_otherwise:
            client.update_function_configuration(FunctionName=name, **_configuration(inputs))
        if inputs.get("publish") and (code or runs_otherwise or "publish" in changed):
            version = client.publish_version(FunctionName=name)["Version"]
        if gone := tags_gone(made.inputs, inputs):
            client.untag_resource(Resource=made.outputs["arn"], TagKeys=gone)
        if "tags" in changed and inputs.get("tags"):
            client.tag_resource(Resource=made.outputs["arn"], Tags=inputs["tags"])
        if "reservedConcurrentExecutions" in changed:
            self._reserve(name, inputs)
        return self._outputs(inputs, version, digest)

    def _reserve(self, name: str, inputs: Properties) -> None:
        count = inputs.get("reservedConcurrentExecutions", -1)
        if count >= 0:
            self.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=count)
        else:
            self.client("lambda").delete_function_concurrency(FunctionName=name)

    def _outputs(self, inputs: Properties, version: str, digest: str) -> Properties:
        arn = self.arn("lambda", f"function:{inputs['name']}")
        api = f"arn:aws:apigateway:{self.account.region}:lambda:path/2015-03-31/functions"
        return {
            **{name: value for name, value in inputs.items() if name != "code"},
            "arn": arn,
            "version": version,
            "qualifiedArn": f"{arn}:{version}",
            "invokeArn": f"{api}/{arn}/invocations",
            "qualifiedInvokeArn": f"{api}/{arn}:{version}/invocations",
            "codeSha256": digest,
        }

    def delete(self, made: Resource) -> None:
        """Delete it with its versions, unless it is to outlive the stack."""
        if not made.inputs.get("skipDestroy"):
            with unless_gone():
                self.client("lambda").delete_function(FunctionName=made.id)


def _configuration(inputs: Properties) -> dict[str, Any]:
    nested = {new: upper(inputs[old]) for old, new in NESTED.items() if inputs.get(old) is not None}
    if "Environment" in nested:  # the names of variables are the user's
        nested["Environment"] = {"Variables": inputs["environment"].get("variables", {})}
    return renamed(inputs, CONFIGURATION) | nested


def _code(inputs: Properties) -> dict[str, Any]:
    return {"ZipFile": content(inputs["code"])} if inputs.get("code") is not None else renamed(inputs, CODE)


class Alias(AWSKind):
    """A name for one version of a function."""

    token = "aws:lambda/alias:Alias"
    properties = frozenset({"name", "functionName", "functionVersion", "description"})
    fixed = frozenset({"name", "functionName"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self.client("lambda").create_alias(**_alias(inputs))
        return Made(made["AliasArn"], {**inputs, "arn": made["AliasArn"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Point it at another version."""
        self.client("lambda").update_alias(**_alias(inputs))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            function, name = made.outputs["functionName"], made.outputs["name"]
            self.client("lambda").delete_alias(FunctionName=function, Name=name)


def _alias(inputs: Properties) -> dict[str, Any]:
    names = {
        "name": "Name",
        "functionName": "FunctionName",
        "functionVersion": "FunctionVersion",
        "description": "Description",
    }
    return renamed(inputs, names)


class Permission(AWSKind):
    """A statement of a function's resource policy; any change makes another one."""

    token = "aws:lambda/permission:Permission"
    properties = frozenset(
        {"statementId", "function", "qualifier", "action", "principal", "sourceArn", "sourceAccount"}
    )
    fixed = properties
    named = "statementId"

    def create(self, inputs: Properties) -> Made:
        """Add it."""
        names = {
            "function": "FunctionName",
            "qualifier": "Qualifier",
            "statementId": "StatementId",
            "action": "Action",
            "principal": "Principal",
            "sourceArn": "SourceArn",
            "sourceAccount": "SourceAccount",
        }
        self.client("lambda").add_permission(**renamed(inputs, names))
        return Made(inputs["statementId"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Never asked for."""
        raise AssertionError("every property needs a new statement")

    def delete(self, made: Resource) -> None:
        """Take it out again."""
        request = renamed(made.outputs, {"function": "FunctionName", "qualifier": "Qualifier"})
        with unless_gone():
            self.client("lambda").remove_permission(**request, StatementId=made.id)


class EventSourceMapping(AWSKind):
    """A queue or a stream that is read for a function; its id is a UUID."""

    token = "aws:lambda/eventSourceMapping:EventSourceMapping"
    properties = frozenset(
        {
            "eventSourceArn",
            "functionName",
            "batchSize",
            "maximumBatchingWindowInSeconds",
            "functionResponseTypes",
            "startingPosition",
            "filterCriteria",
            "destinationConfig",
            "enabled",
            "tags",
        }
    )
    fixed = frozenset({"eventSourceArn", "startingPosition"})

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self.client("lambda").create_event_source_mapping(**_mapped(inputs, MAPPED))
        return Made(made["UUID"], {**inputs, "uuid": made["UUID"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Point it at another version, or change how it reads."""
        names = {name: new for name, new in MAPPED.items() if name not in self.fixed}
        self.client("lambda").update_event_source_mapping(UUID=made.id, **_mapped(inputs, names))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("lambda").delete_event_source_mapping(UUID=made.id)


def _mapped(inputs: Properties, names: dict[str, str]) -> dict[str, Any]:
    made = renamed(inputs, names)
    if filters := inputs.get("filterCriteria"):
        made["FilterCriteria"] = upper(filters)
    if destinations := inputs.get("destinationConfig"):
        made["DestinationConfig"] = {"OnFailure": {"Destination": destinations["onFailure"]["destinationArn"]}}
    return made


MAPPED: Final = {
    "startingPosition": "StartingPosition",
    "eventSourceArn": "EventSourceArn",
    "functionName": "FunctionName",
    "batchSize": "BatchSize",
    "maximumBatchingWindowInSeconds": "MaximumBatchingWindowInSeconds",
    "functionResponseTypes": "FunctionResponseTypes",
    "enabled": "Enabled",
}
