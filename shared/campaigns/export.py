"""The outcome of a campaign as CSV (RFC 4180): a row for each link, never a password."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from shared.campaigns.campaign import Campaign
from shared.campaigns.tasks import tasks_in_parts
from shared.db import Store
from shared.links.outcome import known_of
from shared.links.service import service_of
from shared.tasks.status import Status
from shared.tasks.task import Task

COLUMNS = (
    "link_id",
    "site_id",
    "site_name",
    "site_url",
    "service_type",
    "status",
    "link_profile",
    "link_post",
    "is_indexed",
    "note",
    "error_message",
    "attempts",
    "created_at",
    "completed_at",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that spreadsheets take for a formula."""


def export_csv(store: Store, campaign: Campaign) -> Iterator[str]:
    """The table in pieces, in the order of the sites; each piece as it is when it is read.

    Nothing is said before the first piece is read.
    """
    parts = tasks_in_parts(store, campaign)
    first = next(parts, [])
    yield _lines([COLUMNS, *map(cells, first)])
    for part in parts:
        yield _lines(map(cells, part))


def cells(task: Task) -> Sequence[str]:
    """The row of one link. Pure."""
    told, known = task.payload, known_of(task)
    service = service_of(task.type)
    row = (
        task.id,
        *(str(told.get(name) or "") for name in ("site_id", "site_name", "site_url")),
        service.value if service else task.type,
        task.status.value,
        known.link_profile,
        known.link_post,
        "" if known.is_indexed is None else str(known.is_indexed).lower(),
        known.note,
        _error_message(task, known.error_message),
        str(task.attempt),
        _moment(task.created_at),
        _moment(task.completed_at),
    )
    return [neutral(cell) for cell in row]


def neutral(text: str) -> str:
    """``text`` as no spreadsheet takes it for a formula. Pure."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _error_message(task: Task, reported: str) -> str:
    """Why it failed, where it did for good."""
    if task.status is not Status.FAILED:
        return ""
    return reported or str((task.error or {}).get("message") or "")


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
