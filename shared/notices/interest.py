"""Who wants to hear of an event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.notices.body import is_told
from shared.notices.endpoint import Place
from shared.notices.told import JOBS, Told
from shared.notices.webhook import Webhook
from shared.tasks.event_log import Event

ALWAYS_BY_CALLBACK = (JOBS,)
"""Dialects whose callbacks hear of all that is told; the others' hear how a task ended."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Where to tell of an event; ``url`` is a callback's."""

    place: Place
    url: str | None = None


def interested(event: Event, task: Told, webhooks: Iterable[Webhook]) -> Iterator[Interest]:
    """Those of the account's ``webhooks`` that hear of ``event``, and the task's callback."""
    if not is_told(event):
        return
    for webhook in webhooks:
        if hears(webhook, event):
            yield Interest(Place(account_id=event.account_id, webhook_id=webhook.id))
    is_for_callbacks = event.status.is_final or event.dialect in ALWAYS_BY_CALLBACK
    if task.callback_url is not None and is_for_callbacks:
        place = Place.of_callback(event.account_id, task.callback_url)
        yield Interest(place, task.callback_url)


def hears(webhook: Webhook, event: Event) -> bool:
    """Whether ``webhook`` asked for events like that one, before it happened."""
    return (
        event.number > webhook.heard_after
        and (not webhook.statuses or event.status.value in webhook.statuses)
        and (not webhook.types or event.type in webhook.types)
    )
