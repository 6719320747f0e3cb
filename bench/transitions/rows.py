"""The inputs on which the expert's machines and ours are run, and what each must give.

Row("orders", fulfil, "empty", Order(...), output={...}, calls=(made("charge", "A-1", "4929", 0), ...), status="paid")
"""

from dataclasses import dataclass, is_dataclass
from typing import Any, Final, final

from bench.transitions.programs import ingest, thumbnails, transcribe
from bench.transitions.ran import written
from examples.monitor import app as monitor
from examples.orders import app as orders
from examples.word_count import app as words
from portable_faas.app import App, Orchestrator
from portable_faas.values import encode


@final
@dataclass(frozen=True)
class Row:
    """One run: ``output`` and ``status`` are JSON values, ``error`` is (class, message), ``calls`` of activities."""

    machine: str
    orchestrator: Orchestrator[Any, Any]
    name: str
    input: object
    output: object = None
    error: tuple[str, str] | None = None
    calls: tuple[str, ...] = ()
    status: object = None

    @property
    def app(self) -> App:
        return self.orchestrator.app

    @property
    def key(self) -> str:
        return f"{self.machine}: {self.name}"


def made(name: str, *arguments: object) -> str:
    """A call as it is written down: ``made("look", "export", 0)`` is ``look("export",0)``."""
    return written(name, [encode(type(one), one) if is_dataclass(one) else one for one in arguments])


DESK: Final = orders.Item("desk", 1, 24900)
LAMP: Final = orders.Item("lamp", 2, 3950)
CHAIR: Final = orders.Item("chair", 2, 9900)


def order(name: str, items: list[orders.Item], card: str = "4929", country: str = "Norway", stop: str = "") -> Row:
    """An order that goes through, or fails where ``stop`` says: reserve, charge or ship."""
    kept = [item for item in items if item is not CHAIR]
    total = sum(item.quantity * item.price_cents for item in items)
    calls = [made("reserve", "A-1", item) for item in items]
    charged, shipped = made("charge", "A-1", card, total), made("ship", "A-1", country)
    calls += {"": [charged, shipped], "reserve": [], "charge": [charged]}.get(
        stop, [charged, shipped, made("refund", "payment-A-1")]
    )
    request = orders.Order("A-1", items, card, country)
    if not stop:
        receipt = {"order_id": "A-1", "payment": "payment-A-1", "parcel": "parcel-A-1", "total_cents": total}
        return Row("orders", orders.fulfil, name, request, receipt, None, tuple(calls), "shipped")
    calls += [made("release", f"A-1-{item.sku}") for item in reversed(kept)]
    error = {
        "reserve": ("OutOfStock", "only 1 of chair left"),
        "charge": ("CardDeclined", f"the bank declined {total / 100:.2f}"),
        "ship": ("NoCarrier", f"nobody delivers to {country}"),
    }[stop]
    return Row("orders", orders.fulfil, name, request, None, error, tuple(calls), "undone")


ORDERS: Final = [
    order("no items", []),
    order("one item", [DESK]),
    order("two items", [DESK, LAMP]),
    order("five items", [DESK, LAMP] * 2 + [DESK]),
    order("the first is out of stock", [CHAIR], stop="reserve"),
    order("the third is out of stock", [DESK, LAMP, CHAIR], stop="reserve"),
    order("card declined", [DESK, LAMP], card="0000", stop="charge"),
    order("card declined, no items", [], card="0000", stop="charge"),
    order("no carrier", [DESK, LAMP], country="Atlantis", stop="ship"),
    order("no carrier, five items", [DESK, LAMP] * 2 + [DESK], country="Atlantis", stop="ship"),
]


def text(name: str, paragraphs: int) -> Row:
    pieces = words.split.fn("text.txt", paragraphs)
    counts = [words.count.fn(piece) for piece in pieces]
    calls = [
        made("split", "text.txt", paragraphs),
        *(made("count", piece) for piece in pieces),
        made("merge", counts, 3),
    ]
    output = encode(words.Summary, words.merge.fn(counts, 3))
    task = words.Task("text.txt", paragraphs, 3)
    status = f"counting {len(pieces)} pieces"
    return Row("word_count", words.count_words, name, task, output, None, tuple(calls), status)


WORDS: Final = [
    text("no pieces", -1),
    text("one piece", 1000),
    text("many pieces", 1),
    Row(
        "word_count",
        words.count_words,
        "split fails",
        words.Task("text.txt", 0, 3),
        error=("ValueError", "range() arg 3 must not be zero"),
        calls=(made("split", "text.txt", 0),),
    ),
]


def watched(name: str, request: monitor.Watch, state: str, percent: int, looks: int) -> Row:
    report = {"job": request.job, "state": state, "percent": percent, "looks": looks}
    calls = [made("look", request.job, number) for number in range(looks)] + [made("notify", report)]
    status = {"state": state, "percent": percent}
    return Row("monitor", monitor.watch, name, request, report, None, tuple(calls), status)


MONITOR: Final = [
    watched("done", monitor.Watch("export", 60), "done", 100, 5),
    watched("failed", monitor.Watch("broken"), "failed", 25, 3),
    watched("overdue", monitor.Watch("stuck", 3600, 86_400), "overdue", 50, 25),
    watched("too short", monitor.Watch("export", 30, 29), "overdue", 0, 1),
]

PICTURES: Final = {
    "no pictures": [],
    "one picture": ["a.png"],
    "five pictures": ["a.png", "bb.png", "c.jpg", "d", "eee"],
}


def thumbnail(pictures: list[str]) -> tuple[str, ...]:
    return tuple(made("shrink", picture) for picture in pictures)


BROKEN: Final = ("BrokenPicture", "b.txt is no picture")
MIXED: Final = ["a.png", "b.txt"]
THUMBNAILS: Final = [
    *(
        Row(
            "thumbnails_sizes", thumbnails.sizes, name, given, [100 * len(one) for one in given], None, thumbnail(given)
        )
        for name, given in PICTURES.items()
    ),
    Row("thumbnails_sizes", thumbnails.sizes, "one is broken", MIXED, error=BROKEN, calls=thumbnail(MIXED)),
    *(
        Row("thumbnails_total", thumbnails.total, name, given, 100 * len("".join(given)), None, thumbnail(given))
        for name, given in PICTURES.items()
    ),
    Row("thumbnails_total", thumbnails.total, "one is broken", MIXED, error=BROKEN, calls=thumbnail(MIXED)),
]


def spoken(name: str, url: str, language: str, last: str, error: tuple[str, str] | None = None) -> Row:
    """``last`` is the last activity that is called."""
    audio = f"audio of {url}"
    known = language in ("en", "no")
    text = f"{audio} in {language if known else 'some language'}"
    calls = [made("download", url), made("recognise", audio, language)]
    if not known:
        calls.append(made("recognise_any", audio))
    calls.append(made("store", url, text))
    until = next(number for number, call in enumerate(calls, 1) if call.startswith(f"{last}("))
    output = None if error else f"{url}.txt: {len(text)}"
    recording = transcribe.Recording(url, language)
    return Row("transcribe", transcribe.transcribe, name, recording, output, error, tuple(calls[:until]))


TRANSCRIBE: Final = [
    spoken("known language", "talk", "en", "store"),
    spoken("other language", "talk", "fi", "store"),
    spoken("third try", "shaky", "en", "store"),
    spoken("no answer", "lost", "en", "download", ("ConnectionError", "lost does not answer")),
    spoken("always busy", "crowded", "en", "recognise", ("Busy", "no place")),
    spoken("fallback fails", "noise", "fi", "recognise_any", ("ValueError", "nobody speaks")),
    spoken("store fails", "full", "en", "store", ("OSError", "no space left")),
]


def documents(name: str, given: list[str], last: str = "publish", error: tuple[str, str] | None = None) -> Row:
    """``last`` is the activity that fails, of the first document or in the end."""
    calls = [made("extract", one) for one in given]
    if last != "extract":
        calls += [made("enter", one, f"text of {one}") for one in given]
    entries = [{"document": one, "words": 2 + len(one.split())} for one in given]
    if last == "publish":
        calls.append(made("publish", entries))
    output = None if error else {"entries": len(given), "words": sum(2 + len(one.split()) for one in given)}
    return Row("ingest", ingest.ingest, name, given, output, error, tuple(calls))


INGEST: Final = [
    documents("no documents", []),
    documents("one document", ["a"]),
    documents("three documents", ["a", "b c", "d"]),
    documents("unreadable", ["secret"], "extract", ("Unreadable", "secret")),
    documents("too large", ["huge"], "enter", ("IndexFull", "huge does not fit")),
    documents("too many", ["a", "b", "c", "d"], "publish", ("IndexFull", "at most three documents")),
]

ROWS: Final = [*ORDERS, *WORDS, *MONITOR, *THUMBNAILS, *TRANSCRIBE, *INGEST]
