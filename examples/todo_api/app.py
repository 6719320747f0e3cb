"""Todos: an HTTP API with keys and an OpenAPI document, and a queue behind it for what may take longer."""

import json
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import uuid4

from portable_faas import App
from portable_faas.triggers import Cors, Problem, Rate, Request, Response

app = App("todo-api")
app.api(title="Todos", version="1.0", cors=Cors(["https://todos.example"]))
app.api_client("web", key=app.secret("web-key"), rate=Rate(20, 1), quota=Rate(10_000, 86_400))
app.api_client("reports", key=app.secret("reports-key"))

Priority = Literal["low", "normal", "high"]


@dataclass(frozen=True)
class NewTodo:
    title: str
    priority: Priority = "normal"


@dataclass(frozen=True)
class Todo:
    id: str
    title: str
    priority: Priority
    done: bool
    created_by: str


@dataclass(frozen=True)
class Finished:
    id: str
    by: str


todos = app.bucket("todos")
finished = app.queue("finished", Finished, attempts=3)
diary = app.bucket("diary")


@app.get("/todos")
async def list_todos(priority: Priority | None = None, limit: int = 100) -> list[Todo]:
    """Every todo, or those of one priority; never more than 100."""
    found = [await load(info.key) for info in await todos.list()]
    return [todo for todo in found if priority is None or todo.priority == priority][: max(0, min(limit, 100))]


@app.post("/todos", status=201)
async def add_todo(new: NewTodo, request: Request) -> Response[Todo]:
    """Add a todo."""
    todo = Todo(uuid4().hex, new.title, new.priority, False, request.client)
    await save(todo)
    return Response(todo, 201, {"location": f"/todos/{todo.id}"})


@app.get("/todos/{id}")
async def show_todo(id: str) -> Todo:
    """One todo."""
    return await load(id)


@app.post("/todos/{id}/done")
async def finish_todo(id: str, request: Request) -> Todo:
    """Mark a todo as done; the diary learns of it a little later."""
    todo = await load(id)
    done = Todo(todo.id, todo.title, todo.priority, True, todo.created_by)
    await save(done)
    await finished.send(Finished(id, request.client))
    return done


@app.delete("/todos/{id}")
async def remove_todo(id: str) -> None:
    """Remove a todo."""
    try:
        removed = await todos.delete(id)
    except ValueError:  # an id that no object can have
        removed = False
    if not removed:
        raise Problem(404, "there is no such todo")


@app.on_message(finished, idempotent_by=lambda entry: entry.id)
async def write_diary(entry: Finished) -> None:
    await diary.put(f"{entry.id}.txt", f"{entry.by} finished {entry.id}\n".encode())


async def load(id: str) -> Todo:
    try:
        data = await todos.get(id)
    except (FileNotFoundError, ValueError):
        raise Problem(404, "there is no such todo") from None
    return Todo(**json.loads(data))


async def save(todo: Todo) -> None:
    await todos.put(todo.id, json.dumps(asdict(todo)).encode(), content_type="application/json")
