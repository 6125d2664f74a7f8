"""The way of a server's claim: looked for until there is work, and extended while it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE

from api.gateway import gateway
from api.servers.claim_schemas import HeldLinkSchema
from api.servers.dialect import moment_text
from api.servers.door import server, server_now
from api.servers.items import Item
from api.servers.task_reader import claimed_bodies
from shared.servers import claiming
from shared.servers.claiming import Extension, Held
from shared.tasks.task import Task

_SCHEMA = HeldLinkSchema(unknown=EXCLUDE)


def claim_tasks(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tasks that the caller runs from now on; waits for the first, where that was asked for.

    A key that ends while its server waits is refused then.
    """

    def look() -> list[Task]:
        return claiming.claim(gateway().yard, server_now(), asked["limit"], asked["service_type"])

    return claimed_bodies(gateway().waiting.look_for(look, asked["wait"]))


def read_held(link_id: str, given: Mapping[str, Any]) -> Held:
    """The task that the caller goes on with; `ValidationError`. Pure."""
    return Held(link_id=link_id, attempt=_SCHEMA.load(given).get("attempt"))


def extend_tasks(items: Sequence[Item[Held]]) -> list[dict[str, Any]]:
    """Until when each task is the caller's now, and which are to be stopped."""
    held = [item.said for item in items if item.said is not None]
    extended = iter(claiming.extend(gateway().yard, server(), held) if held else ())
    return [_refused(item) if item.said is None else _extended(next(extended)) for item in items]


def _extended(extension: Extension) -> dict[str, Any]:
    told = {
        "link_id": extension.link_id,
        "success": extension.error is None,
        "lease_expires_at": moment_text(extension.lease_expires_at),
        "canceled": extension.is_canceled,
    }
    return told if extension.error is None else {**told, "error": extension.error}


def _refused(item: Item[Held]) -> dict[str, Any]:
    return {
        "link_id": item.link_id,
        "success": False,
        "lease_expires_at": None,
        "canceled": False,
        "error": item.error,
    }
