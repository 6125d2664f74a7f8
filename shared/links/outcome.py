"""What is known of a link task's links: said by a server bit by bit, or by our own pool at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.links.order import Link

if TYPE_CHECKING:
    from shared.tasks.task import Task

REPORTED = ("link_profile", "link_post", "note", "error_message", "is_indexed")
"""What a server may say of a task besides its status; said twice, the last word counts."""
RESULT = ("link_profile", "link_post", "note", "is_indexed")
"""What a completed task answers."""
REPORT, NOTED = "report", "noted"
"""Their keys in a task's ``detail``: what was reported, and the connector's journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a task's links by now; what nobody said is "" or None."""

    link_profile: str = ""
    link_post: str = ""
    note: str = ""
    error_message: str = ""
    is_indexed: bool | None = None


def known_of(task: Task) -> Known:
    """What is known of ``task``: its result where it is completed, else what was said so far."""
    said: Mapping[str, Any] = (task.detail or {}).get(REPORT) or {}
    values = {name: said[name] for name in REPORTED if said.get(name) is not None}
    result = task.result or {}
    values |= {name: result[name] for name in RESULT if result.get(name) is not None}
    return Known(**values)


def journal_of(task: Task) -> Mapping[str, Any] | None:
    """What the attempts at ``task`` wrote down, or None."""
    return (task.detail or {}).get(NOTED) or None


def result_of(link: Link) -> dict[str, Any]:
    """The result of a task that ``link`` was made for."""
    return {name: getattr(link, _ATTRIBUTES[name]) for name in RESULT}


_ATTRIBUTES = {
    "link_profile": "profile",
    "link_post": "post",
    "note": "note",
    "is_indexed": "is_indexed",
}
