"""A yard with remote servers: they call and begin as the test says, and tasks are assigned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from marshmallow import Schema

from shared.db import Store, Transaction
from shared.links.service import Service
from shared.servers.assignment import Turns, assign
from shared.servers.presence import heard
from shared.servers.registration import change_said, register_server, remove_server
from shared.servers.server import Server, get_server
from shared.settings import Settings
from shared.tasks import dispatch, lifecycle
from shared.tasks.registry import Registry
from shared.tasks.task_type import TaskType
from tests.gateway import never_run
from tests.memory_yard import MemoryYard, NoRoom

ACTOR = "ann"
LEASE = timedelta(seconds=120)


def link_type(service: Service) -> TaskType:
    """A type of tasks that servers do."""
    return TaskType(
        name=service.type_name,
        pool="links",
        queue=service.value,
        payload=Schema(),
        run=never_run,
        service=service.value,
    )


ENTITY, SOCIAL = link_type(Service.ENTITY), link_type(Service.SOCIAL)


class ServingYard(MemoryYard):
    """A yard with two types of link tasks, and short ways to have servers."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, settings)
        types = {kind.name: kind for kind in (ENTITY, SOCIAL)}
        self.yard = replace(self.yard, registry=Registry(types | self.yard.registry.types))

    def made(self, name: str = "w1", *services: str, **said: Any) -> tuple[Server, str]:
        """A new server for entity and social, or for ``services``, and its key."""
        with self.store.begin() as tx:
            return self.make(tx, name, *services, **said)

    def make(self, tx: Transaction, name: str, *services: str, **said: Any) -> tuple[Server, str]:
        """The same within a transaction."""
        offered = services or ("entity", "social")
        return register_server(tx, self.yard.settings, name, offered, actor=ACTOR, **said)

    def server(self, name: str = "w1", *services: str, **said: Any) -> Server:
        """A new server that was heard just now."""
        return self.heard(self.made(name, *services, **said)[0])

    def heard(self, server: Server) -> Server:
        """The server after a call."""
        with self.store.read() as tx:
            heard(tx, get_server(tx, server.id))
            return get_server(tx, server.id)

    def changed(self, server: Server, **said: Any) -> Server:
        """The server after somebody said something of it."""
        with self.store.begin() as tx:
            return change_said(tx, server, actor=ACTOR, **said)

    def removed(self, server: Server) -> None:
        """Remove it."""
        with self.store.begin() as tx:
            remove_server(tx, server, actor=ACTOR)

    def asked(self, count: int = 1, kind: TaskType = ENTITY) -> list[str]:
        """The ids of tasks that wait to be assigned."""
        drafts = [self.draft(kind) for _ in range(count)]
        dispatch.submit(self.yard, drafts, NoRoom())
        return [draft.id for draft in drafts]

    def assigned(self, count: int = 1, kind: TaskType = ENTITY) -> list[str]:
        """The ids of tasks that were assigned to whichever servers there are."""
        ids = self.asked(count, kind)
        assert self.assign() == count
        return ids

    def assign(self) -> int:
        """Assign what waits; how many tasks."""
        return assign(self.yard, Turns())

    def begun(self, server: Server, *ids: str) -> None:
        """Let the server begin tasks that are queued at it."""
        with self.store.begin() as tx:
            until = tx.now + LEASE
            moved = lifecycle.start(tx, ids, holder=server.holder, until=until, at_server=server.id)
        assert {task.id for task in moved} == set(ids)
