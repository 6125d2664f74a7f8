"""Which tasks a buyer lists: the words of a query become conditions on rows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from api.buyers.dialect import STATUS_WORDS
from api.buyers.refusals import refused
from api.paging import LARGEST_LIMIT, Page, number_of
from shared.tasks.status import Status
from shared.tasks.task import tasks

WHOLLY = {
    "PENDING": (Status.PENDING, Status.QUEUED),
    "VALIDATING": (),
    "COMPLETED": (Status.COMPLETED,),
    "FAILED": (Status.FAILED, Status.CANCELED),
}
"""The statuses that a word covers whatever else is true; running depends on answers."""


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """Statuses wanted as they are, and running tasks by whether they have an answer."""

    statuses: frozenset[Status]
    running: frozenset[bool]

    def condition(self, is_answered: ColumnElement[bool]) -> ColumnElement[bool]:
        """The rows wanted; ``is_answered`` picks out tasks that have an answer."""
        wanted = tasks.c.status.in_([status.value for status in self.statuses])
        if not self.running:
            return wanted
        running = tasks.c.status == Status.RUNNING.value
        if len(self.running) == 1:
            running = and_(running, is_answered if True in self.running else not_(is_answered))
        return or_(wanted, running)


def page_of(query: Mapping[str, Any]) -> Page:
    """The page that a query asks for."""
    before = number_of(query["cursor"]) if "cursor" in query else None
    return Page(min(query["limit"], LARGEST_LIMIT), before)


def status_filter(text: str | None) -> StatusFilter | None:
    """What ``status`` asks for; None where every task is wanted."""
    if text is None:
        return None
    words = {word.strip() for word in text.split(",")}
    if not words <= set(STATUS_WORDS):
        raise refused(
            "INVALID_FIELD", "status", f"must be one or several of {', '.join(STATUS_WORDS)}."
        )
    return StatusFilter(_statuses(words), _running(words))


def _statuses(words: Collection[str]) -> frozenset[Status]:
    return frozenset(status for word in words for status in WHOLLY[word])


def _running(words: Collection[str]) -> frozenset[bool]:
    by_word = {"PENDING": False, "VALIDATING": True}
    return frozenset(answered for word, answered in by_word.items() if word in words)
