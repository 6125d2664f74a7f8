"""Telling a WebSub hub that a feed has changed.

https://www.w3.org/TR/websub/#publishing leaves the way to each hub; the one that public hubs take
is PubSubHubbub's: https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#rfc.section.7
"""

from __future__ import annotations

from shared.clock import SystemClock
from shared.settings import Settings
from shared.sites.client import reaching, site_client
from shared.sites.delay import asked_delay
from shared.sites.error import refusal

ANSWER_SECONDS = 15.0


def announce(settings: Settings, hub: str, feed: str) -> None:
    """Tell ``hub`` that the feed at ``feed`` has changed; `SiteError` where it takes no note."""
    form = {"hub.mode": "publish", "hub.url": feed}
    with site_client(settings, ANSWER_SECONDS) as client, reaching("The hub"):
        answer = client.post(hub, data=form)
        if not answer.is_success:
            delay_seconds = asked_delay(answer.headers, SystemClock())
            raise refusal("The hub", answer.status_code, answer.text, delay_seconds)
