"""Secret fields of a scheduled task that come back as they were shown: hidden.

Who changes a schedule may send its task as it was read; the secrets then stay. They never go with
other content: whoever does not know them must not be able to have them sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from api.auth import caller
from api.buyers.refusals import refused_fields
from api.buyers.task_view import HIDDEN
from api.failure import FieldError
from api.gateway import gateway
from shared.schedules.schedule import Schedule, get_schedule
from shared.sealed import NotOpened
from shared.tasks.secret_fields import open_fields

UNKNOWN = f"{HIDDEN} stands for a secret that is not shown: send the secret itself."
MOVED = f"{HIDDEN} keeps a secret only where all other content stays: send the secret itself."
LOST = "can be opened with no key of this yard any more: send the secret itself."


@dataclass(frozen=True, slots=True)
class Revealed:
    """A task's ``body`` with its secrets, and what they were ``kept_from``, sealed."""

    body: dict[str, Any]
    kept_from: dict[str, str] | None = None


def revealed(body: dict[str, Any], schedule_id: str | None) -> Revealed:
    """``body`` with the secrets of the caller's schedule where it has hidden ones.

    `Rejected` where there are none to be had; ``schedule_id`` is None for a new schedule.
    """
    names = hidden_in(body)
    if not names:
        return Revealed(body)
    if schedule_id is None:
        raise _refused(names, UNKNOWN)
    yard, account_id = gateway().yard, caller().account_id
    with yard.store.read() as tx:
        schedule = get_schedule(tx, schedule_id, account_id)
    sealed = {name: text for name, text in (schedule.secrets or {}).items() if name in names}
    if unknown := names - sealed.keys():
        raise _refused(unknown, UNKNOWN)
    if not is_same(schedule, body, names):
        raise _refused(names, MOVED)
    try:
        opened = open_fields(yard.settings, account_id, sealed)
    except NotOpened:
        raise _refused(names, LOST) from None
    return Revealed({**body, "content": {**body["content"], **opened}}, schedule.secrets)


def hidden_in(body: Mapping[str, Any]) -> set[str]:
    """The secret fields of its type that ``body`` shows hidden."""
    name, content = body.get("type"), body.get("content")
    kind = gateway().yard.registry.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(content, dict):
        return set()
    return {field for field in kind.secrets if content.get(field) == HIDDEN}


def is_same(schedule: Schedule, body: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether ``body`` is of the schedule's type and content, apart from hidden ``names``. Pure."""
    shown = {name: value for name, value in body["content"].items() if name not in names}
    return (body["type"], shown) == (schedule.task["type"], schedule.task["content"])


def _refused(names: Collection[str], detail: str) -> Exception:
    errors = [FieldError(f"content.{name}", detail) for name in sorted(names)]
    return refused_fields("INVALID_FIELD", errors)
