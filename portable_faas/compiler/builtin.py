"""What the builtins, the methods of builtin types and some well-known library calls give back.

sorted({3, 1})  ->  list of int        {"a": 1}.items()  ->  view of tuple(str, int)
"""

from collections.abc import Mapping, Sequence
from typing import Final

from portable_faas.compiler import kinds
from portable_faas.compiler.kinds import UNKNOWN, Kind, a_dict, a_list, an_iterator, join
from portable_faas.compiler.words import words

_FIXED: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("len", "int", "ord", "hash", "id"), kinds.INT),
    **dict.fromkeys(("str", "repr", "chr", "ascii", "format", "hex", "bin", "oct", "input"), kinds.STR),
    **dict.fromkeys(("bool", "isinstance", "issubclass", "any", "all", "callable", "hasattr"), kinds.BOOL),
    "float": kinds.FLOAT,
    "bytes": kinds.BYTES,
    "print": kinds.NONE,
    "open": Kind("file"),
    "range": Kind("range"),
    "object": Kind("foreign", dotted="object"),
    "bytearray": Kind("foreign", dotted="bytearray"),
    "memoryview": Kind("foreign", dotted="memoryview"),
    "complex": Kind("foreign", dotted="complex"),
    "type": Kind("class"),
}


def of_builtin(name: str, args: Sequence[Kind]) -> Kind:
    """What ``name(*args)`` gives."""
    if name in _FIXED:
        return _FIXED[name]
    element = args[0].element if args else UNKNOWN
    if name in ("iter", "reversed", "filter", "map", "zip", "enumerate"):
        return _iterator(name, args)
    match name:
        case "list" | "sorted":
            return a_list(element)
        case "set" | "frozenset":
            return Kind("set", (element,))
        case "tuple":
            return Kind("many", (element,))
        case "dict":
            return args[0] if args and args[0].tag == "dict" else a_dict()
        case "min" | "max" | "next":
            return element if len(args) == 1 else join(args)
        case "sum" | "abs" | "round" | "pow" | "divmod":
            return kinds.SCALAR
        case _:
            return UNKNOWN


def _iterator(name: str, args: Sequence[Kind]) -> Kind:
    elements = tuple(arg.element for arg in args)
    match name:
        case "zip":
            return an_iterator(Kind("tuple", elements), name)
        case "enumerate":
            return an_iterator(Kind("tuple", (kinds.INT, *elements[:1])), name)
        case "map":
            return an_iterator(UNKNOWN, name)
        case _:
            return an_iterator(elements[-1] if elements else UNKNOWN, name)


# The methods of builtin types with a result of their own; everything else is unknown.
_STR: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(["split", "rsplit", "splitlines"], a_list(kinds.STR)),
    **dict.fromkeys(
        ["startswith", "endswith", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower"], kinds.BOOL
    ),
    **dict.fromkeys(["find", "rfind", "index", "rindex", "count"], kinds.INT),
    **dict.fromkeys(["partition", "rpartition"], Kind("many", (kinds.STR,))),
    "encode": kinds.BYTES,
}
_SET: Final = frozenset(words("union intersection difference symmetric_difference copy"))


def of_method(receiver: Kind, name: str, args: Sequence[Kind]) -> Kind:
    """What ``receiver.name(*args)`` gives."""
    match receiver.tag:
        case "str":
            return _STR.get(name, kinds.STR)
        case "list" if name in ("copy", "pop", "index", "count"):
            return {"copy": receiver, "pop": receiver.element}.get(name, kinds.INT)
        case "set" if name in _SET:
            return receiver
        case "set" if name == "pop":
            return receiver.element
        case "dict":
            return _of_dict(receiver, name, args)
        case "scalar":
            return kinds.SCALAR if name in ("replace", "astimezone", "isoformat", "date") else UNKNOWN
        case _:
            return UNKNOWN


def _of_dict(receiver: Kind, name: str, args: Sequence[Kind]) -> Kind:
    key, value = receiver.parts if len(receiver.parts) == 2 else (UNKNOWN, UNKNOWN)
    match name:
        case "keys":
            return Kind("view", (key,), dotted="keys")
        case "values":
            return Kind("view", (value,), dotted="values")
        case "items":
            return Kind("view", (Kind("tuple", (key, value)),), dotted="items")
        case "get" | "pop" | "setdefault":
            return join([value, *args[1:]])
        case "copy":
            return receiver
        case _:
            return UNKNOWN


SCALARS: Final = frozenset(
    words("""
    decimal.Decimal uuid.UUID datetime.date datetime.timedelta datetime.timezone datetime.date.fromisoformat
""")
)
_ITERATORS: Final = ("itertools.", "re.finditer", "csv.reader", "os.scandir", "os.walk")
_MATCHES: Final = ("re.match", "re.search", "re.fullmatch")
# Instances of these classes have no portable form, whatever they hold.
NOT_PORTABLE: Final = frozenset(
    words("""
    object bytearray memoryview complex re.Match re.Pattern datetime.time fractions.Fraction random.Random
    random.SystemRandom io.StringIO io.BytesIO pathlib.Path pathlib.PurePath zoneinfo.ZoneInfo
    types.SimpleNamespace collections.defaultdict collections.Counter collections.deque collections.OrderedDict
    collections.ChainMap threading.Lock threading.Event threading.Thread queue.Queue string.Template array.array
    decimal.Context asyncio.Event asyncio.Lock asyncio.Queue asyncio.Semaphore contextlib.ExitStack weakref.ref
""")
)


def of_library(dotted: str, args: Sequence[Kind], keywords: Sequence[str]) -> Kind:
    """What a call of something imported gives; a ``foreign`` kind named after the callee where nothing is known."""
    if dotted in SCALARS:
        return kinds.SCALAR
    if dotted == "datetime.datetime":
        return kinds.SCALAR if len(args) >= 8 or "tzinfo" in keywords else Kind("naive")
    if dotted in ("datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp"):
        return Kind("naive")
    if dotted in _MATCHES:
        return Kind("foreign", dotted="re.Match")
    if dotted == "re.compile":
        return Kind("foreign", dotted="re.Pattern")
    if dotted.startswith(_ITERATORS):
        return an_iterator(UNKNOWN, dotted)
    if dotted in ("copy.copy", "copy.deepcopy", "dataclasses.replace"):
        return args[0] if args else UNKNOWN
    if dotted in ("functools.partial", "operator.itemgetter", "operator.attrgetter", "operator.methodcaller"):
        return Kind("function", dotted=dotted)
    if dotted in ("dataclasses.asdict",):
        return a_dict(kinds.STR)
    return Kind("foreign", dotted=dotted)


# Annotations by their dotted name; the number of parts says how the subscript is read.
ANNOTATIONS: Final[Mapping[str, Kind]] = {
    "bool": kinds.BOOL,
    "int": kinds.INT,
    "float": kinds.FLOAT,
    "str": kinds.STR,
    "bytes": kinds.BYTES,
    "object": UNKNOWN,
    **dict.fromkeys(("decimal.Decimal", "uuid.UUID", "datetime.date", "datetime.timedelta"), kinds.SCALAR),
    "datetime.datetime": kinds.SCALAR,
    **dict.fromkeys(("list", "typing.List"), a_list()),
    **dict.fromkeys(("dict", "typing.Dict"), a_dict()),
    **dict.fromkeys(
        ("set", "frozenset", "typing.Set", "typing.FrozenSet", "collections.abc.Set", "typing.AbstractSet"),
        Kind("set", (UNKNOWN,)),
    ),
    **dict.fromkeys(("tuple", "typing.Tuple"), Kind("many", (UNKNOWN,))),
    **{
        f"{module}.{name}": an_iterator(UNKNOWN, name)
        for module in ("typing", "collections.abc")
        for name in ("Iterator", "Generator", "AsyncIterator", "AsyncGenerator")
    },
    **dict.fromkeys(("typing.Callable", "collections.abc.Callable"), Kind("function", dotted="Callable")),
    "re.Match": Kind("foreign", dotted="re.Match"),
    "re.Pattern": Kind("foreign", dotted="re.Pattern"),
    "type": Kind("class"),
    "BaseException": Kind("exception"),
    "Exception": Kind("exception"),
}
