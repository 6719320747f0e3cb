"""Every statement of every role of two examples with triggers is needed: without it, a use of all of the app fails."""

import json
import re
from collections.abc import Iterator
from itertools import count

import pytest

from examples.thumbnails.app import app as thumbnails_app
from examples.thumbnails.app import make_all, photos, thumbnails
from examples.thumbnails.test_app import PHOTO
from examples.todo_api.app import Finished, diary, finished
from examples.todo_api.app import app as todo_app
from portable_faas.client import Client
from portable_faas.resources import Bucket
from tests.infra.deployed import Place, deployed, grants, needed

ROUTES = ("list_todos", "add_todo", "show_todo", "finish_todo", "remove_todo", "pfaas_http")
LAMBDAS = ("arrived", "removed", "index", "shrink", "announce", "make_all")
LARGE = "w" * 60_000  # a message with it lies in S3
NUMBERS = count()


@pytest.fixture
def todos(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("WEB_KEY", "web-secret")
    monkeypatch.setenv("REPORTS_KEY", "reports-secret")
    with deployed(todo_app) as opened:
        yield opened


@pytest.fixture
def pictures() -> Iterator[Place]:
    with deployed(thumbnails_app, max_events=200) as opened:
        yield opened


async def content(bucket: Bucket, key: str) -> bytes:
    """What lies there; nothing if nothing does."""
    try:
        return await bucket.get(key)
    except FileNotFoundError:
        return b""


async def is_buried(place: Place, function: str, queue: str) -> bool:
    """Whether a message that nobody understands becomes a dead letter."""
    text = f"no JSON {next(NUMBERS)}"
    place.aws("sqs").send_message(QueueUrl=place.account.resources[f"queue:{queue}"], MessageBody=text)
    await place.client.advance(200)  # for five attempts
    return await has_letter(place, function, text)


async def has_letter(place: Place, function: str, text: str) -> bool:
    app = todo_app if function in todo_app.functions else thumbnails_app
    return any(text in letter.text for letter in await place.client.dead_letters(app.functions[function]))


async def statuses(client: Client, key: str, id: str, other: str) -> list[int]:
    """What each route answers to a client."""
    http = client.http
    return [
        (await http.get("/todos", key=key)).status,
        (await http.get(f"/todos/{id}", key=key)).status,
        (await http.get("/todos/none", key=key)).status,
        (await http.post("/todos/none/done", key=key)).status,
        (await http.delete(f"/todos/{other}", key=key)).status,
        (await http.post(f"/todos/{id}/done", key=key)).status,
    ]


async def everything_of_todos(place: Place) -> None:
    """All that the todo API can do."""
    client, http = place.client, place.client.http
    place.account.emulator.cool()  # a process keeps secrets, and the key that it signs with
    with place.watched([*ROUTES, "write_diary"], []), place.services():
        await client.advance(1)  # another second of the rate
        found = [await http.post("/todos", json={"title": title}, key="web-secret") for title in ("a", "b")]
        assert [reply.status for reply in found] == [201, 201], "not added"
        id, other = (reply.json()["id"] for reply in found)
        assert await statuses(client, "web-secret", id, other) == [200, 200, 404, 404, 204, 200]
        # No route of the API says this, so it goes where the rest goes; the app knows it.
        assert (await http.get("/%74odos", key="wrong")).status == 401, "not turned away"
        assert (await http.get("/-pfaas/instances/none")).status == 403, "not signed"
        await finished.send(Finished(f"{id}-large", LARGE))
        await client.advance(1)
        assert await content(diary, f"{id}.txt") == f"web finished {id}\n".encode(), "not written"
        assert len(await content(diary, f"{id}-large.txt")) > len(LARGE), "not written"
        assert await is_buried(place, "write_diary", "finished"), "not buried"


SIGNS_OF_TODOS = {  # what shows that a statement is not there
    "Logs": re.compile("logged nothing"),
    "Traces": re.compile("not traced as it should be"),
    "BucketTodos": re.compile("500|not added"),
    "ListTodos": re.compile("500"),
    "SecretWebKey": re.compile("500|not added|not turned away"),
    "SecretReportsKey": re.compile("500|not added|not turned away"),
    "TableInstances": re.compile("500|not added|not turned away|not signed|not written"),
    "QueueFinished": re.compile("500|not written"),
    "DeadFinished": re.compile("not buried"),
    "BucketDiary": re.compile("not written"),
    "BucketValues": re.compile("not written"),
    "trust": re.compile("500|not added|not turned away|not signed|not written"),
}
# A todo has no name that long, so no message of this function does; by its type it might.
UNREACHED_BY_TODOS = ["without BucketValues of todo-api-emulated-finish_todo"]


async def everything_of_thumbnails(place: Place) -> None:
    """All that the thumbnails can do."""
    name = f"{next(NUMBERS)}.ppm"
    small = [f"16/{name}", f"4/{name}", f"64/{name}", f"index/{name}.txt"]
    with place.watched(LAMBDAS, ["make_all"]), place.services():
        await photos.put(f"in/{name}", PHOTO.render())
        await place.client.advance(5)
        assert [info.key for info in await thumbnails.list() if name in info.key] == small, "not made"
        await photos.delete(f"in/{name}")
        await place.client.advance(5)
        assert [info.key for info in await thumbnails.list() if name in info.key] == small[-1:], "not removed"
        assert "no object 'in/none.ppm'" in await failure(place, "in/none.ppm")
        assert "1 to 900 bytes" in await failure(place, LARGE * 5)  # it lies in S3 on its way there
        for function in ("arrived", "removed", "index"):
            assert await is_buried(place, function, f"function.{function}"), "not buried"
        await publish_wrong(place, name)
        assert await has_letter(place, "index", f"{name} {LARGE}"), "not buried"
    place.deploy_again("make_all")


async def failure(place: Place, key: str) -> str:
    """Why the thumbnails of a photo cannot be made."""
    handle = await place.client.start(make_all, key)
    await place.client.advance(60)
    error = (await handle.status()).error
    assert error is not None
    return error.message


async def publish_wrong(place: Place, name: str) -> None:
    """An event whose data no function takes."""
    document = {"specversion": "1.0", "id": name, "source": "s", "type": "thumbnails.made"}
    entry = {"Source": "s", "DetailType": "thumbnails.made", "EventBusName": place.account.resources["topic:made"]}
    data = {"wrong": f"{name} {LARGE}"}
    place.aws("events").put_events(Entries=[{**entry, "Detail": json.dumps({**document, "data": data})}])
    await place.client.advance(1)


MADE = re.compile("not made")
SIGNS_OF_THUMBNAILS = {
    "Logs": re.compile("logged nothing"),
    "Traces": re.compile("not traced as it should be"),
    "BucketThumbnails": re.compile("not made|not removed"),
    "ListThumbnails": re.compile("not removed"),
    "BucketPhotos": MADE,
    "ListPhotos": re.compile("no object 'in/none.ppm'"),
    "BucketValues": re.compile("1 to 900 bytes|not buried"),
    "TableInstances": MADE,
    "TopicMade": MADE,
    "Start": MADE,
    "Functions": MADE,
    "QueueFunctionIndex": MADE,
    "QueueFunctionArrived": MADE,
    "QueueFunctionRemoved": re.compile("not removed"),
    "DeadFunctionIndex": re.compile("not buried"),
    "DeadFunctionArrived": re.compile("not buried"),
    "DeadFunctionRemoved": re.compile("not buried"),
    "Describe": re.compile("states:DescribeExecution"),
    "LogDelivery": re.compile("The state machine IAM Role is not authorized to access the Log Destination"),
    "trust": re.compile("not made|not removed|may not act as"),
}
# Whoever carries out Python may come across a large value, and so may who starts; here a name is never that long. Who
# starts with an id that is chosen looks for its instance; the rights do not tell whether one is chosen.
UNREACHED_BY_THUMBNAILS = [
    "without BucketValues of thumbnails-emulated-announce",
    "without BucketValues of thumbnails-emulated-arrived",
    "without Describe of thumbnails-emulated-arrived",
]


@pytest.mark.slow
async def test_todos_run_with_every_statement(todos: Place) -> None:
    for _ in range(2):
        await everything_of_todos(todos)


@pytest.mark.slow
async def test_thumbnails_run_with_every_statement(pictures: Place) -> None:
    for _ in range(2):
        await everything_of_thumbnails(pictures)


@pytest.mark.full
async def test_every_statement_of_the_todos_is_needed(todos: Place) -> None:
    assert len(grants(todos)) == 55
    wrong = await needed(todos, everything_of_todos, SIGNS_OF_TODOS)
    assert sorted(problem.partition(":")[0] for problem in wrong) == UNREACHED_BY_TODOS, "\n".join(wrong)
    todos.account.emulator.cool()
    await everything_of_todos(todos)


@pytest.mark.full
async def test_every_statement_of_the_thumbnails_is_needed(pictures: Place) -> None:
    assert len(grants(pictures)) == 43
    wrong = await needed(pictures, everything_of_thumbnails, SIGNS_OF_THUMBNAILS)
    assert sorted(problem.partition(":")[0] for problem in wrong) == UNREACHED_BY_THUMBNAILS, "\n".join(wrong)
    pictures.account.emulator.cool()
    await everything_of_thumbnails(pictures)
