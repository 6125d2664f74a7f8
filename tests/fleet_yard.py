"""A yard with link tasks, remote servers that do them, and short ways for both."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shared.db import Store
from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.servers import assignment, claiming, key, presence, reporting, silence
from shared.servers.report import Report
from shared.servers.server import Server, add_server, change_server, get_server
from shared.servers.word import Word
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.retry import RetryPolicy
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.task_type import Context, Payload, TaskType
from tests.memory_yard import MemoryYard, NoRoom

RETRY_SECONDS = 30.0
SITE = {
    "site_id": "7", "site_name": "a site", "site_url": "https://a.example", "site_kind": "mastodon",
    "email": "", "username": "ann", "password": "open sesame", "about": "", "website": "",
    "name": "", "config": {},
}  # fmt: skip


def _made(_payload: Payload, context: Context) -> dict[str, Any]:
    return {"link_post": f"https://a.example/{context.task_id}"}


def link_type(service: str) -> TaskType:
    """A link task type whose work our own pool has done at once."""
    return TaskType(
        name=service.upper(), pool=POOL, queue=service, payload=LinkPayload(), run=_made,
        retry=RetryPolicy(max_retries=3, first_seconds=RETRY_SECONDS, factor=1.0, jitter=0.0),
        secrets=SECRETS, service=service,
    )  # fmt: skip


SOCIAL = link_type("social")
ENTITY = link_type("entity")


class FleetYard(MemoryYard):
    """A `MemoryYard` with the types SOCIAL and ENTITY, and servers."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, settings)
        self.yard.registry.types.update({kind.name: kind for kind in (SOCIAL, ENTITY)})
        self.turns = assignment.Turns()

    def add(
        self,
        name: str = "w1",
        services: Collection[str] = ("social", "entity"),
        *,
        is_heard: bool = True,
        **more: Any,
    ) -> Server:
        """A server, which called just now."""
        with self.store.begin() as tx:
            server = add_server(tx, name, list(services), **more)
            if is_heard:
                presence.heard(tx, server)
        return self.server(server)

    def key_of(self, server: Server) -> str:
        """A new key of the server."""
        with self.store.begin() as tx:
            return key.create_key(tx, self.yard.settings, server)[1]

    def server(self, server: Server) -> Server:
        """The row as it is now."""
        with self.store.read() as tx:
            return get_server(tx, server.id)

    def change(self, server: Server, **values: Any) -> Server:
        """Write columns of the server."""
        with self.store.begin() as tx:
            return change_server(tx, server, **values)

    def calls(self, server: Server) -> Server:
        """The server is heard now."""
        with self.store.begin() as tx:
            presence.heard(tx, self.server(server))
        return self.server(server)

    def links(self, count: int = 1, kind: TaskType = SOCIAL, **changes: Any) -> list[str]:
        """Submit link tasks; their ids."""
        drafts = [
            self.draft(kind, **{"dialect": "servers", "payload": dict(SITE)} | changes)
            for _ in range(count)
        ]
        dispatch.submit(self.yard, drafts, NoRoom())
        return [draft.id for draft in drafts]

    def assign(self) -> int:
        """Assign all that can be assigned; how many tasks."""
        moved = 0
        while more := assignment.assign(self.yard, self.turns):
            moved += more
        return moved

    def assigned(self, server: Server, count: int = 1, **changes: Any) -> list[str]:
        """Link tasks that are queued at the server; it has to be the only one."""
        ids = self.links(count, **changes)
        assert self.assign() == count
        assert {self.task(task_id).server_id for task_id in ids} == {server.id}
        return ids

    def server_claims(self, server: Server, limit: int = 100) -> list[Task]:
        """What the server is given when it asks for work."""
        return claiming.claim(self.yard, self.server(server), limit)

    def claimed(self, server: Server, **changes: Any) -> Task:
        """A task that the server runs."""
        self.links(1, **changes)
        (task,) = self.server_claims(server, 1)
        return task

    def report(
        self,
        server: Server,
        task_id: str,
        status: str | None = None,
        *,
        attempt: int | None = None,
        journal: dict[str, Any] | None = None,
        retryable: bool = True,
        **said: Any,
    ) -> Word | None:
        """The server says something of one task; the word that refuses it, or None."""
        one = Report(
            link_id=task_id,
            status=Status(status) if status else None,
            said=said,
            attempt=attempt,
            journal=journal,
            retryable=retryable,
        )
        return reporting.report(self.yard, server, [one])[0]

    def lose_silent(self) -> int:
        """Take back what silent servers have, heard or not since the beginning of time."""
        return silence.lose_silent(self.yard, self.account.created_at)
