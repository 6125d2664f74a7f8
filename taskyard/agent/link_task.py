"""A claimed task as the gateway tells it, and the order that it is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from shared.links.order import Order, Site
from shared.links.service import Service

SITE = ("email", "username", "password", "about")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTask:
    """One attempt at a task; ``journal`` is what earlier attempts wrote down, anywhere.

    ``lease_seconds`` is how long the lease lasts from its beginning, both by the gateway's clock.
    """

    id: str
    attempt: int
    order: Order = field(repr=False)
    journal: Mapping[str, Any] = field(default_factory=dict)
    lease_seconds: float = 0.0

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> LinkTask:
        """The task in an answer to a claim; `ValueError` where it is told in other words."""
        try:
            details = said.get("details") or {}
            return cls(
                id=str(said["id"]),
                attempt=int(said["attempt"]),
                order=_order(said),
                journal=dict(details.get("journal") or {}),
                lease_seconds=_lease_seconds(said),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"told in other words ({type(error).__name__})") from None


def _lease_seconds(said: Mapping[str, Any]) -> float:
    begun, until = (datetime.fromisoformat(said[n]) for n in ("started_at", "lease_expires_at"))
    return (until - begun).total_seconds()


def _order(said: Mapping[str, Any]) -> Order:
    config = orjson.loads(said.get("config") or "{}")
    return Order(
        key=str(said["id"]),
        service=Service(said["service_type"]),
        site=Site(
            id=str(said.get("site_id") or ""),
            name=str(said.get("site_name") or ""),
            url=str(said.get("site_url") or ""),
            kind=str(said.get("site_kind") or ""),
            **{name: str(said.get(name) or "") for name in SITE},
        ),
        website=str(said.get("request_website") or ""),
        campaign=str(said.get("request_name") or ""),
        config=config if isinstance(config, dict) else {},
    )
