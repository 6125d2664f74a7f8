"""A connector's notes, kept by the gateway: where this agent goes away, another one reads them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import Event
from typing import Any

from shared.errors import GiveWay, Unavailable
from shared.secrecy import secret_texts, without_secrets
from taskyard.agent.backoff import Backoff
from taskyard.agent.held import Held
from taskyard.agent.server_client import KeyRefused, NotOurs, ServerClient

log = logging.getLogger(__name__)


class AgentJournal:
    """The `Journal` of one attempt. ``over`` is set once the agent waits for nothing any more."""

    def __init__(self, client: ServerClient, held: Held, over: Event) -> None:
        self._client, self._held, self._over = client, held, over
        self._secrets = secret_texts(held.task.order.site.password)

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was noted by now, in earlier attempts at the same task too."""
        return dict(self._held.noted)

    def note(self, **facts: Any) -> None:
        """Keep ``facts`` at the gateway; waits until it says that they are kept.

        `GiveWay` where another attempt has the task by now, or it is to stop.
        """
        journal = without_secrets({**self._held.noted, **facts}, self._secrets)
        backoff = Backoff()
        while True:
            self._require_ours()
            try:
                self._client.note(*self._held.key, journal)
            except Unavailable as error:
                wait = backoff.next_seconds()
                log.warning("%s Trying again in %.1f s.", error, wait)
                self._over.wait(wait)
            except NotOurs as error:
                self._held.is_lost = True
                raise GiveWay(f"another attempt has the task: {error}") from error
            except KeyRefused as error:
                raise GiveWay(str(error)) from error
            else:
                break
        self._held.noted = journal
        self._require_ours()

    def _require_ours(self) -> None:
        if self._held.is_lost:
            raise GiveWay("another attempt has the task")
        if self._held.is_canceled:
            raise GiveWay("asked to stop")
        if self._over.is_set():
            raise GiveWay("the agent stops")
