"""What becomes of reports: each is answered, and none that may still count is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pytest

from shared.errors import Refused, Unavailable
from taskyard.agent.backoff import FIRST_SECONDS, LONGEST_SECONDS, Backoff
from taskyard.agent.finished import Finished
from taskyard.agent.reporting import report_all
from taskyard.agent.server_client import KeyRefused, ServerClient
from taskyard.agent.spool import Spool

Answers = Mapping[str, str | None]


class Gateway:
    """Answers each bulk as ``answer`` says."""

    def __init__(self, answer: Callable[[list[str]], Answers]) -> None:
        self._answer = answer
        self.bulks: list[list[str]] = []

    def report(self, finished: Sequence[Finished]) -> Answers:
        """One bulk."""
        ids = [each.link_id for each in finished]
        self.bulks.append(ids)
        return self._answer(ids)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Three reports."""
    made = Spool(tmp_path)
    for link_id in ("a", "b", "c"):
        made.keep(a_report(link_id))
    return made


def a_report(link_id: str) -> Finished:
    """A report on the first attempt at a task."""
    return Finished.of({"link_id": link_id, "attempt": 1, "status": "completed"})


def reported(spool: Spool, answer: Callable[[list[str]], Answers]) -> Gateway:
    """Report all to a gateway that answers so."""
    gateway = Gateway(answer)
    report_all(cast(ServerClient, gateway), spool)
    return gateway


def refuse(error: Exception, *link_ids: str) -> Callable[[list[str]], Answers]:
    """Refuse every bulk in which one of these is."""

    def answer(ids: list[str]) -> Answers:
        if set(ids) & set(link_ids):
            raise error
        return dict.fromkeys(ids)

    return answer


def test_all_go_in_one_bulk_and_what_is_acknowledged_is_forgotten(spool: Spool) -> None:
    assert reported(spool, dict.fromkeys).bulks == [["a", "b", "c"]]
    assert len(spool) == 0


@pytest.mark.parametrize(
    "word", ["stale_attempt", "not_your_task", "not_found", "illegal_transition"]
)
def test_what_came_too_late_is_dropped_with_a_line_in_the_log(
    spool: Spool, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    reported(spool, lambda ids: dict.fromkeys(ids, word))
    assert len(spool) == 0
    assert caplog.text.count(f"came too late: {word}") == 3


@pytest.mark.parametrize("word", ["invalid_status", "invalid_field: note: is too long."])
def test_what_is_wrong_in_itself_is_left_for_people(
    spool: Spool, tmp_path: Path, word: str
) -> None:
    reported(spool, lambda ids: {each: word if each == "b" else None for each in ids})
    assert [file.name for file in tmp_path.iterdir()] == ["b.1.refused"]


def test_one_that_spoils_the_whole_bulk_does_not_hold_up_the_others(
    spool: Spool, tmp_path: Path
) -> None:
    gateway = reported(spool, refuse(Refused("items: no."), "b"))
    assert gateway.bulks == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    assert [file.name for file in tmp_path.iterdir()] == ["b.1.refused"]


@pytest.mark.parametrize("error", [KeyRefused("No."), Unavailable("Later.")], ids=["401", "down"])
def test_while_the_gateway_takes_nothing_everything_stays(
    spool: Spool, tmp_path: Path, error: Exception
) -> None:
    with pytest.raises(type(error)):
        reported(spool, refuse(error, "a"))
    assert len(spool) == len(Spool(tmp_path)) == 3


def test_reports_that_are_not_answered_stay_and_are_not_sent_again_at_once(spool: Spool) -> None:
    gateway = Gateway(lambda _ids: {})
    with pytest.raises(Unavailable, match="left 3 reports without an answer"):
        report_all(cast(ServerClient, gateway), spool)
    assert (len(gateway.bulks), len(spool)) == (1, 3)


def test_one_report_without_an_answer_is_told_as_one(spool: Spool) -> None:
    spool.drop(spool.waiting(10)[1:])
    with pytest.raises(Unavailable, match="left 1 report without an answer"):
        reported(spool, lambda _ids: {})


def test_what_is_finished_while_answers_are_read_goes_with_the_next_bulk(tmp_path: Path) -> None:
    more = iter("bcd")

    class Busy(Spool):
        """Tasks end while reports leave it."""

        def drop(self, answered: Collection[Finished]) -> None:
            for link_id in islice(more, 1):
                self.keep(a_report(link_id))
            super().drop(answered)

    spool = Busy(tmp_path)
    spool.keep(a_report("a"))
    assert reported(spool, dict.fromkeys).bulks == [["a"], ["b"], ["c"], ["d"]]
    assert len(spool) == 0


@pytest.mark.parametrize("chance", [0.0, 1.0], ids=["whole", "cut"])
def test_waits_for_the_gateway_double_up_to_a_longest_one(chance: float) -> None:
    backoff: Any = Backoff(lambda: chance)
    waits = [backoff.next_seconds() for _ in range(40)]
    part = 1 - chance / 2
    assert waits[:3] == [FIRST_SECONDS * part, 2 * FIRST_SECONDS * part, 4 * FIRST_SECONDS * part]
    assert waits[-1] == LONGEST_SECONDS * part
    backoff.reset()
    assert backoff.next_seconds() == FIRST_SECONDS * part
