"""How messages stand in a storage queue, and what the storage calls what an app declares."""

import json

from portable_faas_azure.runtime.names import Names, address_setting
from portable_faas_azure.runtime.posted import Posted, read

from portable_faas import App

app = App("named")
orders = app.queue("orders", int)
shipped = app.topic("shipped", str)


@app.on_message(orders)
def pack(n: int) -> None: ...


@app.on_event(shipped)
def Tell_Them(text: str) -> None: ...


@app.on_event(shipped)
def tell_them(text: str) -> None: ...


def test_a_message_of_ours_is_read_as_it_was_written() -> None:
    for message in (Posted("m-1", '{"a": "ü"}', 1, 2), Posted("m-2", "", 1, 2, 3, "blob/x")):
        assert read(message.body(), "queue's own", 9) == message


def test_what_others_put_into_a_queue_is_the_value() -> None:
    assert read("5", "id", 9) == Posted("id", "5", 9, 0)
    assert read("not JSON", "id", 9) == Posted("id", "not JSON", 9, 0)
    assert read('{"portable_faas": "2"}', "id", 9) == Posted("id", '{"portable_faas": "2"}', 9, 0)


def test_an_event_keeps_its_id_and_time() -> None:
    event = json.dumps({"specversion": "1.0", "id": "e-1", "time": "1970-01-01T00:00:01Z", "data": 1})
    assert read(event, "id", 9) == Posted("e-1", event, 1000, 0)


def test_names_fit_the_storage_and_differ() -> None:
    names = [Names(prefix).source(app.functions[name]) for prefix in ("", "t0") for name in ("Tell_Them", "tell_them")]
    assert len(set(names)) == 4
    for name in names:
        assert 3 <= len(name) <= 63
        assert name == name.lower()
        assert "--" not in name
        assert name.replace("-", "").isalnum()
    assert Names().source(app.functions["pack"]) == "orders"
    assert Names("t0").bucket(Names("t0").container("photos")) == "photos"
    assert address_setting("made-up") == "PORTABLE_FAAS_TOPIC_MADE_UP"
