"""The identities of every example have the roles that what its functions touch asks for, where it lies, and no more.

Durable Functions keeps orchestrations and entities in the storage account of the host, with all that an app has in
queues, containers and tables; so three roles on that account are what any of its functions may touch there.
"""

from collections.abc import Iterator

import pytest
from portable_faas_infra.azure.grant import BLOBS, EVENTS, METRICS, QUEUES, ROLES, SECRETS, SENDS, TABLES, UPLOADS

from portable_faas.manifest import Manifest, read
from tests.infra.building import EXAMPLES, built, example

NAMES = {id: name for name, id in ROLES.items()}
Role = tuple[str, str, str]  # who, the role, and the end of the id of where it is


def expected(manifest: Manifest) -> Iterator[Role]:
    app = "app"
    yield from ((app, role, "StorageAccount") for role in (BLOBS, QUEUES, TABLES))
    yield app, METRICS, "Component"
    if any(part["kind"] == "secret" for part in manifest.resources):
        yield app, SECRETS, "Vault"
    for function in manifest.functions:
        yield from ((app, EVENTS, f"topic {one['name']}") for one in function.permissions if one["kind"] == "topic")
        for trigger in function.triggers:
            if trigger["kind"] in ("event", "blob"):
                source = f"topic {trigger['topic']}" if trigger["kind"] == "event" else "changes"
                yield source, SENDS, f"Queue/{trigger['queue']}"
                yield source, UPLOADS, "BlobContainer/undelivered"


def assigned(name: str, app: str) -> Iterator[Role]:
    for each in example(name, "azure").of("azure-native:authorization:RoleAssignment"):
        *_, kind, part = each.inputs["scope"].split("/")
        topic = part.removeprefix(f"{app}-dev-".replace("_", "-")).removesuffix("0123456")
        where = f"topic {topic}" if kind == "Topic" else kind
        where = f"{kind}/{part}" if kind in ("Queue", "BlobContainer") else where
        yield (
            who(app, each.inputs["principalId"]),
            NAMES[each.inputs["roleDefinitionId"].rpartition("/")[2]],
            where,
        )


def who(app: str, principal: str) -> str:
    """The app, or the topic whose identity it is."""
    prefix = f"principal-of-{app}-dev".replace("_", "-")
    rest = principal.removeprefix(prefix).removesuffix("0123456").removeprefix("-")
    return "app" if not rest else rest if rest == "changes" else f"topic {rest}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_identities_may_do_what_the_app_touches_and_no_more(name: str) -> None:
    manifest = read(built(name, "azure"))
    found = list(assigned(name, manifest.app))
    assert len(found) == len(set(found))
    assert set(found) == set(expected(manifest))
