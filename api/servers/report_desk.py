"""The way of a server's report: read, handed to the core, and answered for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE

from api.failure import Kind, Rejected
from api.gateway import gateway
from api.servers.door import server
from api.servers.items import Item
from api.servers.report_schemas import LinkReportSchema
from shared.ids import is_id
from shared.links.outcome import REPORTED
from shared.servers import reporting
from shared.servers.report import Report
from shared.servers.word import Word

REFUSALS: dict[Word, tuple[Kind, str]] = {
    Word.NOT_YOUR_TASK: (Kind.FORBIDDEN, "the task is not assigned to this server."),
    Word.NOT_FOUND: (Kind.NOT_FOUND, "there is no such task."),
    Word.ILLEGAL_TRANSITION: (Kind.CONFLICT, "status: the task's own does not lead to this one."),
    Word.INVALID_STATUS: (Kind.INVALID_FIELD, "status: no server may report this one."),
    Word.STALE_ATTEMPT: (Kind.CONFLICT, "attempt: another one was begun since, or none goes on."),
}
"""What a single report may be refused for, besides its fields."""
_SCHEMA = LinkReportSchema(unknown=EXCLUDE)


def read_report(link_id: str, given: Mapping[str, Any]) -> Report:
    """The report in ``given``; `ValidationError`. Pure."""
    return report_of(link_id, _SCHEMA.load(given))


def report_of(link_id: str, loaded: Mapping[str, Any]) -> Report:
    """The report that a schema loaded. Pure."""
    return Report(
        link_id=link_id,
        status=loaded.get("status"),
        said={name: loaded[name] for name in REPORTED if name in loaded},
        attempt=loaded.get("attempt"),
        journal=loaded.get("journal"),
        retryable=loaded.get("retryable", True),
    )


def report_one(report: Report) -> None:
    """Take one report; `Rejected`, with the word of its refusal, where it cannot be taken."""
    word: Word | None = Word.NOT_FOUND
    if is_id(report.link_id):
        (word,) = reporting.report(gateway().yard, server(), [report])
    if word is not None:
        kind, sentence = REFUSALS[word]
        raise Rejected(kind, f"{word}: {sentence}")


def report_many(items: Sequence[Item[Report]]) -> dict[str, Any]:
    """Take those of the reports that can be taken; what became of each."""
    reports = [item.said for item in items if item.said is not None]
    words = iter(reporting.report(gateway().yard, server(), reports) if reports else ())
    errors = [item.error if item.said is None else next(words) for item in items]
    refused = sum(error is not None for error in errors)
    results = [_result(i.link_id, error) for i, error in zip(items, errors, strict=True)]
    return {
        "total": len(items),
        "success": len(items) - refused,
        "failed": refused,
        "results": results,
    }


def _result(link_id: str, error: str | None) -> dict[str, Any]:
    told = {"link_id": link_id, "success": error is None}
    return told if error is None else {**told, "error": error}
