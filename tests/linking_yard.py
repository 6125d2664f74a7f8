"""A yard for links: the types of the pool, short ways to order links and to have them made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from sqlalchemy import insert, update

from shared.campaigns.campaign import campaigns
from shared.db import Store
from shared.ids import new_id
from shared.links.service import SERVICES, Service
from shared.servers.registration import register_server
from shared.servers.server import Server
from shared.settings import Settings
from shared.tasks import backlog, dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import TaskType
from shared.yard import Yard
from tests.memory_yard import WORKER, MemoryYard, Roomy
from workers.execute import execute
from workers.links.blog20 import BLOG20
from workers.links.entity import ENTITY
from workers.links.index_check import INDEX_CHECK
from workers.links.indexing import INDEXING
from workers.links.podcast import PODCAST
from workers.links.social import SOCIAL
from workers.links.stacking import STACKING

LINKS = (ENTITY, SOCIAL, BLOG20, PODCAST, STACKING, INDEXING)
WEBSITE = "https://shop.example/bikes"


class LinkingYard:
    """A yard that may call sites on this machine, and an account in it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        near = (ip_network("127.0.0.0/8"),)
        self.memory = MemoryYard(store, replace(settings, allow_networks=near))
        self.yard.registry.types.update({t.name: t for t in (*LINKS, INDEX_CHECK)})

    @property
    def yard(self) -> Yard:
        """The yard itself."""
        return self.memory.yard

    def register(self, name: str, services: Iterable[str] = SERVICES) -> tuple[Server, str]:
        """A new remote server; it and its key."""
        with self.memory.store.begin() as tx:
            return register_server(tx, self.yard.settings, name, list(services), actor="tests")

    def order(
        self,
        url: str,
        service: Service = Service.SOCIAL,
        kind: str = "mastodon",
        target_id: str | None = None,
        **given: Any,
    ) -> str:
        """Order a link at the site as a caller does, or a campaign by its id; the task's id."""
        payload = {
            "site_name": "a site",
            "site_url": url,
            "site_kind": kind,
            "password": "a token",
            "website": WEBSITE,
            "name": "Bikes",
        }
        task_type = self.yard.registry.types[service.type_name]
        return self.submit(task_type, {**payload, **given}, target_id=target_id)

    def check(self, task_id: str, url: str, **changes: Any) -> str:
        """Ask for a look at a page on behalf of a task; the id of that."""
        return self.submit(INDEX_CHECK, {"task_id": task_id, "url": url}, **changes)

    def submit(self, task_type: TaskType, payload: dict[str, Any], **changes: Any) -> str:
        """Submit one task of the account, or of another; its id."""
        fields = {"account_id": self.memory.account.id, "dialect": "servers", **changes}
        draft = Draft(task_type=task_type, payload=task_type.payload.load(payload), **fields)
        (answer,) = dispatch.submit(self.yard, [draft], Roomy())
        assert isinstance(answer, Accepted), answer
        return answer.task_id

    def campaign(self, **changes: Any) -> str:
        """A campaign, without any task; its id."""
        row = {
            "id": new_id(), "account_id": self.memory.account.id, "name": "Bikes",
            "website": WEBSITE, "service": "social", "type_request": "", "auction_price": 0,
            "link_cost_cents": 0, "config": {}, "size": 0,
        }  # fmt: skip
        with self.memory.store.begin() as tx:
            moments = {"created_at": tx.now, "updated_at": tx.now}
            tx.execute(insert(campaigns).values(**row | moments | changes))
        return str(changes.get("id", row["id"]))

    def hurry(self, task_id: str) -> None:
        """Let the task's wait be over."""
        with self.memory.store.begin() as tx:
            tx.execute(update(tasks).where(tasks.c.id == task_id).values(not_before=tx.now))

    def work(self, rounds: int = 10) -> int:
        """Do what may go now, as the pool does; how many attempts were begun."""
        begun = 0
        for _ in range(rounds):
            self.memory.store.transact(backlog.wake)
            before = begun
            for kind in (*LINKS, INDEX_CHECK):
                dispatch.release(self.yard, kind.queue, Roomy())
                while (message := self.memory.broker.take(kind.queue)) is not None:
                    begun += execute(self.yard, kind, message.ids, WORKER)
            if begun == before:
                return begun
        return begun

    def task(self, task_id: str) -> Task:
        """The row as it is now."""
        return self.memory.task(task_id)
