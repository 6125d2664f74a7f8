"""Files on their way: what is asked again, what is given up, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Refused, Unavailable
from taskyard.uploading.documents_client import DocumentsClient
from taskyard.uploading.journey import ATTEMPTS, Journey
from taskyard.uploading.local_files import LocalFile
from taskyard.uploading.outcome import Outcome

FILE = LocalFile(Path("/nowhere/a.txt"), "a.txt", 10)
DOCUMENT = {
    "documentId": "d",
    "status": "DONE",
    "totalWords": 5,
    "metadata": {"pageCount": 2, "extractionTime": 0.1},
}
JOB = {
    "status": "DONE",
    "startedAt": "2030-01-31T08:00:00.000Z",
    "completedAt": "2030-01-31T08:00:01.250Z",
}
Answer = Any


@dataclass
class Gateway(DocumentsClient):
    """Answers what the test says, in that order, the last for ever; errors are raised."""

    sends: list[Answer] = field(default_factory=lambda: ["d"])
    statuses: list[Answer] = field(default_factory=lambda: ["DONE"])
    jobs: list[Answer] = field(default_factory=list)
    documents: list[Answer] = field(default_factory=lambda: [DOCUMENT])
    listings: list[Answer] = field(default_factory=lambda: [{}])
    asked: list[str] = field(default_factory=list)

    def send(self, file: LocalFile, folder_id: str, sent: Callable[[int], None]) -> str:
        self.asked.append("send")
        sent(4)
        sent(6)
        return str(_next(self.sends))

    def document(self, document_id: str) -> dict[str, Any]:
        return dict(_next(self.documents))

    def status(self, document_id: str) -> str:
        return str(_next(self.statuses))

    def job(self, job_id: str) -> dict[str, Any]:
        return dict(_next(self.jobs))

    def reading_jobs(self, document_ids: Any) -> dict[str, str]:
        return dict(_next(self.listings))


def _next(answers: list[Answer]) -> Answer:
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


@dataclass
class Shown:
    """What the bars showed."""

    positions: dict[str, list[int]] = field(default_factory=dict)
    pauses: list[float] = field(default_factory=list)

    @contextmanager
    def bar(self, label: str, length: int) -> Iterator[Shown.Bar]:
        yield Shown.Bar(self.positions.setdefault(label, []))

    @dataclass
    class Bar:
        positions: list[int]

        def reach(self, position: int) -> None:
            self.positions.append(position)


@pytest.fixture
def shown() -> Shown:
    """Nothing yet."""
    return Shown()


def outcome(gateway: Gateway, shown: Shown) -> Outcome:
    """What becomes of one file."""
    (only,) = Journey(gateway, "folder", shown.bar, pause=shown.pauses.append).run([FILE])
    return only


def test_a_file_is_sent_and_read(shown: Shown) -> None:
    jobs = [{"status": "PENDING"}, {"status": "IN_PROGRESS", "progress": 40}, JOB]

    found = outcome(Gateway(jobs=jobs, listings=[{"d": "j"}]), shown)

    assert found == Outcome("a.txt", "DONE", 2, 5, 1.25, document_id="d")
    assert shown.positions == {"sending a.txt": [4, 10], "reading a.txt": [0, 40, 100]}


def test_a_document_whose_job_is_long_gone_is_asked_for_its_status(shown: Shown) -> None:
    found = outcome(Gateway(statuses=["IN_PROGRESS", "DONE"]), shown)

    assert found.seconds == 0.1
    assert shown.positions["reading a.txt"] == [0, 100]


def test_without_the_list_of_jobs_there_is_no_progress_but_an_end(shown: Shown) -> None:
    assert outcome(Gateway(listings=[Unavailable("rate")]), shown).is_done


def test_a_gateway_that_is_away_for_a_moment_is_asked_again(shown: Shown) -> None:
    away = Unavailable("away")
    gateway = Gateway(sends=[away, away, "d"], statuses=[away, "DONE"], documents=[away, DOCUMENT])

    assert outcome(gateway, shown).is_done
    assert shown.positions["sending a.txt"] == [4, 10] * 3
    assert shown.pauses == [1.0, 2.0, 1.0, 1.0]


def test_a_gateway_that_stays_away_ends_the_journey(shown: Shown) -> None:
    gateway = Gateway(sends=[Unavailable("away")])

    with pytest.raises(Unavailable):
        outcome(gateway, shown)
    assert len(gateway.asked) == ATTEMPTS


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Refused("It is empty."), "It is empty."),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_file_that_cannot_be_sent_is_told_why(shown: Shown, error: Exception, told: str) -> None:
    found = outcome(Gateway(sends=[error]), shown)

    assert found == Outcome("a.txt", "NOT SENT", error=told)


@pytest.mark.parametrize("where", ["jobs", "documents"])
def test_what_somebody_deletes_meanwhile_is_gone(shown: Shown, where: str) -> None:
    gone = [Refused("There is no such thing.", code="NOT_FOUND")]
    gateway = Gateway(listings=[{"d": "j"}], jobs=[JOB])
    setattr(gateway, where, gone)

    found = outcome(gateway, shown)

    assert (found.status, found.error) == ("GONE", "There is no such thing.")


def test_why_a_file_could_not_be_read_is_told(shown: Shown) -> None:
    document = {**DOCUMENT, "status": "ERROR", "error": "It is broken."}

    found = outcome(Gateway(statuses=["ERROR"], documents=[document]), shown)

    assert (found.is_done, found.error) == (False, "It is broken.")
