"""Which jobs a list is asked for: words of two vocabularies become a filter. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.jobs.dialect import STATUS_WORDS
from api.jobs.refusals import refused
from shared.tasks.job_queries import JOB_TYPES, JobFilter
from shared.tasks.status import Status
from shared.tasks.words import JOB_WORDS

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 100
LARGEST_OFFSET = 1000


def job_filter(query: Mapping[str, Any]) -> JobFilter | None:
    """What ``type``, ``status`` and ``targetId`` ask for; None where nothing can match.

    ``type`` takes words of both vocabularies: one of the types named, in one of the statuses
    named. Statuses named by ``status`` count as if they stood in ``type``.
    """
    words = _words(query, "type", (*JOB_TYPES, *STATUS_WORDS))
    words |= _words(query, "status", STATUS_WORDS)
    types, named = words & set(JOB_TYPES), words & set(STATUS_WORDS)
    statuses = frozenset(s for s in Status if JOB_WORDS[s] in named and s is not Status.CANCELED)
    if named and not statuses:
        return None
    return JobFilter(
        types=frozenset(types) or None,
        statuses=statuses or None,
        target_id=query.get("targetId"),
    )


def _words(query: Mapping[str, Any], name: str, accepted: tuple[str, ...]) -> set[str]:
    if name not in query:
        return set()
    words = {word.strip() for word in query[name].split(",")}
    if not words <= set(accepted):
        detail = f"must be one or several of {', '.join(accepted)}, by commas."
        raise refused(name, detail, "INVALID_TYPE")
    return words
