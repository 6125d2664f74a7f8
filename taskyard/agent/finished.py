"""What became of an attempt, as it is kept on disk and reported. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import TaskError
from shared.links.order import Link
from shared.links.outcome import result_of
from shared.links.payload import LONGEST_TEXT
from taskyard.agent.link_task import LinkTask

COMPLETED, FAILED, CANCELED = "completed", "failed", "canceled"


@dataclass(frozen=True, slots=True)
class Finished:
    """A report; ``said`` is an item of a bulk report, which tells nothing of the site's secrets."""

    link_id: str
    attempt: int
    said: Mapping[str, Any]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Finished:
        """The report in ``said``, as it was kept; `ValueError` where it is none."""
        try:
            return cls(str(said["link_id"]), int(said["attempt"]), dict(said))
        except (KeyError, TypeError) as error:
            raise ValueError("not a report") from error

    @property
    def status(self) -> str:
        """In the dialect's word."""
        return str(self.said.get("status", ""))


def completed(task: LinkTask, link: Link) -> Finished:
    """The link was made, and seen."""
    told = {name: value for name, value in result_of(link).items() if value not in ("", None)}
    return _finished(task, COMPLETED, told)


def failed(task: LinkTask, error: TaskError) -> Finished:
    """It came to nothing; whether another attempt could help is told as well."""
    told = {"error_message": error.message, **({} if error.retryable else {"retryable": False})}
    return _finished(task, FAILED, told)


def canceled(task: LinkTask) -> Finished:
    """It was stopped, as somebody asked for."""
    return _finished(task, CANCELED, {})


def _finished(task: LinkTask, status: str, told: Mapping[str, Any]) -> Finished:
    short = {
        name: value[:LONGEST_TEXT] if isinstance(value, str) else value
        for name, value in told.items()
    }
    said = {"link_id": task.id, "attempt": task.attempt, "status": status, **short}
    return Finished(task.id, task.attempt, said)
