"""What is submitted: a task in the client's words, put into the gateway's. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

AfterPolicy = Literal["all", "any", "finished"]


class SubmissionFields(TypedDict, total=False):
    """What may be said of a task beside its type and its content; see `Submission`."""

    options: Sequence[str] | None
    locale: str | None
    max_cents: int | None
    project_id: str | None
    validations_needed: int | None
    priority: int | None
    not_before: datetime | str | None
    after: Sequence[str] | None
    after_policy: AfterPolicy | None
    callback_url: str | None
    metadata: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A task to be submitted; what is None is left to the gateway.

    ``content`` is a text, or an object or list. ``max_cents`` is the most it may cost. ``after``
    names tasks that it waits for. ``not_before`` is a time with its zone.
    """

    type: str
    content: Any
    options: Sequence[str] | None = None
    locale: str | None = None
    max_cents: int | None = None
    project_id: str | None = None
    validations_needed: int | None = None
    priority: int | None = None
    not_before: datetime | str | None = None
    after: Sequence[str] | None = None
    after_policy: AfterPolicy | None = None
    callback_url: str | None = None
    metadata: Mapping[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The same in the gateway's words."""
        told = {
            "type": self.type,
            "content": self.content,
            "options": _listed(self.options),
            "locale": self.locale,
            "maxCents": self.max_cents,
            "projectId": self.project_id,
            "validationsNeeded": self.validations_needed,
            "priority": self.priority,
            "notBefore": _moment(self.not_before),
            "after": _listed(self.after),
            "afterPolicy": self.after_policy,
            "callbackUrl": self.callback_url,
            "metadata": self.metadata,
        }
        return {name: value for name, value in told.items() if value is not None}


def body_of(submission: Submission | Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of a submission; a mapping is in the gateway's words already."""
    return submission.body() if isinstance(submission, Submission) else submission


def _listed(words: Sequence[str] | None) -> list[str] | None:
    return None if words is None else list(words)


def _moment(moment: datetime | str | None) -> str | None:
    """`ValueError` for a time without a zone: nobody could know which moment is meant."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("not_before: a datetime must have a time zone.")
    return moment.isoformat()
