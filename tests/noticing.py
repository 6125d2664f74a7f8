"""A yard whose tasks are told of, by the verbs that its processes use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, TypeVar

from sqlalchemy import select

from scheduler.notices.__main__ import notice_client
from scheduler.notices.post import Poster
from scheduler.notices.sender import Sender
from scheduler.write_notices import WriteNotices
from shared.clock import SystemClock
from shared.db import Store
from shared.notices.cursor import notice_cursor
from shared.notices.delivery import Delivery, deliveries, delivery_tries
from shared.notices.endpoint import endpoints
from shared.notices.webhook import Webhook, get_webhook
from shared.notices.webhook_making import NewWebhook, make_webhook
from shared.settings import Settings
from shared.tasks.event_log import newest_number
from tests.memory_yard import MemoryYard
from tests.servers import eventually

T = TypeVar("T")
LOOPBACK = (ip_network("127.0.0.0/8"),)


class NoticingYard(MemoryYard):
    """The core's yard; notices may go to this machine."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, replace(settings, webhook_allow_networks=LOOPBACK))
        self.writer = WriteNotices()
        self.secrets: dict[str, str] = {}

    def webhook(
        self, url: str, *statuses: str, types: tuple[str, ...] = (), account_id: str | None = None
    ) -> Webhook:
        """A new webhook of the first account."""
        new = NewWebhook(url=url, statuses=statuses, types=types)
        with self.store.begin() as tx:
            made, secret = make_webhook(
                tx, self.yard.settings, account_id or self.account.id, new
            )  # fmt: skip
        self.secrets[made.id] = secret
        return made

    def read(self, webhook: Webhook) -> Webhook:
        """The row as it is now."""
        with self.store.read() as tx:
            return get_webhook(tx, webhook.id, webhook.account_id)

    def write(self) -> None:
        """What a scheduler does until everything is written."""
        eventually(self._is_written)

    def look(self) -> None:
        """What a scheduler does until nothing is to be written, for the moment."""
        while self.writer(self.yard):
            pass

    def _is_written(self) -> bool:
        """Look; whether that was all. PostgreSQL may have work of its own going on."""
        self.look()
        with self.store.read() as tx:
            cursor = tx.first(select(notice_cursor.c.event_number))
            return (cursor[0] if cursor else 0) >= newest_number(tx)

    def send(self, **options: Any) -> int:
        """Send what is due now; how many tries."""
        return self.with_sender(lambda sender: sender.send_due(), **options)

    def tell(self) -> int:
        """Write, and send."""
        self.write()
        return self.send()

    def with_sender(
        self, use: Callable[[Sender], Awaitable[T]], *, try_seconds: float = 20.0, **options: Any
    ) -> T:
        """Whatever ``use`` does with a sender of its own."""

        async def used() -> T:
            settings = self.yard.settings
            async with notice_client(settings) as client:
                allow = settings.webhook_allow_networks
                poster = Poster(client, allow, SystemClock(), try_seconds)
                sender = Sender(self.yard, poster, **options)
                try:
                    return await use(sender)
                finally:
                    await sender.close()

        return asyncio.run(used())

    def deliveries(self, webhook: Webhook | None = None) -> list[Delivery]:
        """All of them, or those of a webhook, oldest first."""
        with self.store.read() as tx:
            rows = tx.rows(select(deliveries).order_by(deliveries.c.number))
        found = [Delivery.of(row) for row in rows]
        return [one for one in found if webhook is None or one.webhook_id == webhook.id]

    def told(self, webhook: Webhook | None = None) -> list[tuple[str | None, str, str]]:
        """The same in short: of which task, of what, and its state."""
        found = self.deliveries(webhook)
        return [(one.task_id, one.event.removeprefix("task."), one.state) for one in found]

    def tries(self, delivery: Delivery) -> list[Any]:
        """Every try, oldest first."""
        query = select(delivery_tries).where(delivery_tries.c.delivery_id == delivery.id)
        with self.store.read() as tx:
            return list(tx.rows(query.order_by(delivery_tries.c.number)))

    def endpoint(self, webhook: Webhook) -> Any:
        """How it fares."""
        with self.store.read() as tx:
            return tx.first(select(endpoints).where(endpoints.c.id == webhook.id))
