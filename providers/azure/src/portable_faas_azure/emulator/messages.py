"""The messages that Microsoft's worker library exchanges with who drives it, as plain objects.

    TypedData(json='{"n":1}').WhichOneof("data")   ->   "json"

The library makes and reads them by the names of ``FunctionRpc.proto``, the protocol of host and worker (GitHub,
Azure/azure-functions-language-worker-protobuf), and takes any module that has these names: so no gRPC is needed here.
"""

from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final, final

from portable_faas_azure.emulator.worker import Call

VALUES: Final = ("json", "string", "bytes", "http", "data")


NOTHING: Final[Mapping[str, "OneOf"]] = MappingProxyType({})


class Message:
    """Any message: its fields are what it was made with."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


@final
class OneOf(Message):
    """A message that holds one of several fields."""

    def WhichOneof(self, _group: str) -> str | None:
        """The name of the field that it holds; the method has the name that protobuf gives it."""
        return next((name for name in VALUES if name in self.__dict__), None)


@final
class BindingInfo(Message):
    """A binding of an indexed function."""

    out, inout = 1, 2
    undefined, string, binary, stream = 0, 1, 2, 3


@final
class StatusResult(Message):
    """How a request ended."""

    Failure, Success, Cancelled = 0, 1, 2


@final
class RpcHttpCookie(Message):
    """A cookie of an answer, taken apart; what it lacks is None."""

    SameSite = SimpleNamespace(**{"None": "", "Lax": "Lax", "Strict": "Strict", "ExplicitNone": "None"})


_PLAIN: Final = (
    "FunctionLoadResponse", "FunctionMetadataResponse", "InvocationResponse", "NullableBool", "NullableDouble",
    "NullableString", "NullableTimestamp", "RpcException", "RpcFunctionMetadata", "RpcHttp", "RpcRetryOptions",
    "WorkerInitResponse", "WorkerMetadata",
)  # fmt: skip
PROTOCOL: Final = SimpleNamespace(
    BindingInfo=BindingInfo,
    StatusResult=StatusResult,
    ParameterBinding=OneOf,
    RpcHttpCookie=RpcHttpCookie,
    TypedData=OneOf,
    **{name: type(name, (Message,), {}) for name in _PLAIN},
)


def initial(folder: str) -> Message:
    """The request that loads and indexes the app in ``folder``."""
    wanted = Message(capabilities={}, function_app_directory=folder)
    return Message(request=Message(worker_init_request=wanted), properties={"host": "127.0.0.1", "protos": PROTOCOL})


def request(call: Call) -> OneOf:
    """What an HTTP trigger is given."""
    body = OneOf(bytes=call.body)
    return OneOf(
        http=Message(method=call.method, url=call.url, headers=call.headers, query=call.query, params={}, body=body)
    )


def invocation(
    invocation_id: str,
    function_id: str,
    given: Mapping[str, OneOf],
    metadata: Mapping[str, OneOf] = NOTHING,
) -> Message:
    """The request that runs a function on values for its parameters."""
    values = [OneOf(name=name, data=value) for name, value in given.items()]
    wanted = Message(
        invocation_id=invocation_id,
        function_id=function_id,
        input_data=values,
        trigger_metadata=dict(metadata),
        trace_context=Message(trace_parent="", trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
    )
    return Message(request=Message(invocation_request=wanted))
