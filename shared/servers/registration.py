"""What operators say about remote servers: checked, kept, and removed again.

The words that may be said of a server that is there: ``services``, ``slots`` (None for as many as
it likes), ``lease_seconds``, ``enabled``, ``maintenance``. Each may be refused by `Refused`, which
names its field.
Every change is a line of the log that says who made it. What is queued at a server that gets
nothing more goes back; what it runs, it may report while it is in maintenance, and loses with its
leases once it is disabled or removed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from shared.db import Transaction
from shared.errors import Refused
from shared.ids import is_id
from shared.links.service import SERVICES, Service
from shared.servers import key
from shared.servers.server import (
    LEASE_SECONDS,
    LONGEST_NAME,
    Server,
    add_server,
    change_server,
    get_server,
)
from shared.servers.silence import take_back
from shared.settings import Settings
from shared.short_text import check_short_text
from shared.tasks.handout import DISPATCH

log = logging.getLogger(__name__)
MOST_SLOTS = 100_000
SHORTEST_LEASE, LONGEST_LEASE = 20, 3600
"""Seconds: with less, a slow call would look like silence; with more, others would wait long."""


def register_server(
    tx: Transaction,
    settings: Settings,
    name: str,
    services: Sequence[str],
    *,
    actor: str,
    slots: int | None = None,
    lease_seconds: float = LEASE_SECONDS,
    account_id: str | None = None,
) -> tuple[Server, str]:
    """A new server with its first key, which nobody can see again.

    ``account_id``: the one account whose tasks it does, which never changes; None for everybody's.
    """
    made = add_server(
        tx,
        check_name(name),
        check_services(services),
        slots=check_slots(slots),
        lease_seconds=check_lease(lease_seconds),
        account_id=account_id,
    )
    _, text = key.create_key(tx, settings, made)
    whose = account_id or "every account"
    log.info("%s makes server %s (%s) for %s", actor, made.name, ", ".join(made.services), whose)
    return made, text


def change_said(tx: Transaction, server: Server, *, actor: str, **said: Any) -> Server:
    """Change what is ``said`` of ``server``, keep the rest; the server as it is then.

    `NotFound` where it was removed meanwhile.
    """
    values = _checked(said)
    before = _locked(tx, server)
    changed = change_server(tx, before, **values)
    log.info("%s changes server %s: %s", actor, server.name, values)
    _take_back(tx, before, changed, actor)
    return changed


def remove_server(tx: Transaction, server: Server, *, actor: str) -> None:
    """Remove ``server``: its keys open nothing any more, and its name is free.

    `NotFound` where it was removed meanwhile.
    """
    gone = change_server(tx, _locked(tx, server), removed_at=tx.now)
    log.info("%s removes server %s", actor, server.name)
    take_back(tx, gone, "server removed", actor=actor)


def rotate_key(
    tx: Transaction, settings: Settings, server: Server, overlap_seconds: float, *, actor: str
) -> tuple[key.ServerKey, str]:
    """A new key, shown this once; those before it go on for ``overlap_seconds``."""
    made, text = key.rotate(tx, settings, server, overlap_seconds)
    log.info("%s rotates the key of server %s: now %s", actor, server.name, made.prefix)
    return made, text


def revoke_key(tx: Transaction, server: Server, id_or_prefix: str, *, actor: str) -> key.ServerKey:
    """End a key at once; `NotFound` where the server has none such. Twice is no error."""
    ended = key.revoke(tx, server, id_or_prefix)
    log.info("%s revokes key %s of server %s", actor, ended.prefix, server.name)
    return ended


def check_name(text: str) -> str:
    """``text`` as a name; one that reads like an id would be taken for one. Pure."""
    name = check_short_text("name", text, LONGEST_NAME)
    if is_id(name):
        raise _refusal("name", "must not look like an id.")
    return name


def check_services(words: Sequence[str]) -> list[str]:
    """``words`` as services, in their own order, each once. Pure."""
    unknown = [word for word in words if word not in SERVICES]
    if unknown or not words:
        raise _refusal("services", f"must be one or more of {', '.join(SERVICES)}.")
    if len(set(words)) < len(words):
        raise _refusal("services", "must name each service once.")
    return sorted(words, key=SERVICES.index)


def check_slots(slots: int | None) -> int | None:
    """``slots`` as a bound, or None for none. Pure."""
    if slots is not None and not 1 <= slots <= MOST_SLOTS:
        raise _refusal("slots", f"must be a whole number from 1 to {MOST_SLOTS}, or none.")
    return slots


def check_lease(seconds: float) -> float:
    """``seconds`` as how long a server may be silent. Pure."""
    if not SHORTEST_LEASE <= seconds <= LONGEST_LEASE:
        message = f"must be a number of seconds from {SHORTEST_LEASE} to {LONGEST_LEASE}."
        raise _refusal("lease_seconds", message)
    return float(seconds)


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    values = dict(said)
    if "services" in values:
        values["services"] = check_services(values["services"])
    if "slots" in values:
        values["slots"] = check_slots(values["slots"])
    if "lease_seconds" in values:
        values["lease_seconds"] = check_lease(values["lease_seconds"])
    return values


def _locked(tx: Transaction, server: Server) -> Server:
    """The row as it is now: nothing is assigned while it changes, and what was is seen."""
    tx.lock(DISPATCH)
    return get_server(tx, server.id, for_update=True)


def _take_back(tx: Transaction, before: Server, after: Server, actor: str) -> None:
    """Take back what the server may not begin any more, by what it was before the change."""
    lost = [word for word in before.services if word not in after.services]
    if before.enabled and not after.enabled:
        take_back(tx, after, "server disabled", actor=actor)
    elif after.maintenance and not before.maintenance:
        take_back(tx, after, "server in maintenance", actor=actor)
    elif lost:
        kept = [Service(word).type_name for word in after.services]
        take_back(tx, after, "server does it no more", actor=actor, not_in=kept)


def _refusal(field: str, message: str) -> Refused:
    return Refused(f"{field}: {message}", code="INVALID_FIELD", field=field)
