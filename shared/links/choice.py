"""Which connector a site takes: by its kind. Pure but for the import."""

from __future__ import annotations

from importlib import import_module

from shared.links.connector import Connector
from shared.links.order import Order
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted

KINDS: dict[str, frozenset[Service]] = {
    "mastodon": frozenset({Service.ENTITY, Service.SOCIAL}),
    "bluesky": frozenset({Service.ENTITY, Service.SOCIAL}),
    "wordpress": frozenset({Service.ENTITY, Service.BLOG20}),
    "micropub": frozenset({Service.SOCIAL, Service.BLOG20}),
    "feed": frozenset({Service.PODCAST}),
    "pages": frozenset({Service.STACKING}),
    "indexnow": frozenset({Service.INDEXING}),
}
"""The kinds of site, and what each can do."""


def kinds_for(service: Service) -> list[str]:
    """The kinds of site at which ``service`` can be done."""
    return [kind for kind, services in KINDS.items() if service in services]


def open_connector(order: Order, settings: Settings) -> Connector:
    """The connector for ``order``; `NotAccepted` where its site's kind cannot do it."""
    if order.service not in KINDS.get(order.site.kind, ()):
        able = ", ".join(kinds_for(order.service))
        given = order.site.kind or "none"
        message = f"kind: {order.service} can be done at {able}; this site's kind is {given}."
        raise NotAccepted(message, code="INVALID_FIELD")
    module = import_module(f"{__package__}.connectors.{order.site.kind}")
    connector: Connector = module.open_connector(settings)
    return connector
