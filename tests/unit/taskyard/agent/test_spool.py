"""Reports are on disk before anybody relies on them, and until they are answered."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from shared.errors import Refused
from taskyard.agent.finished import Finished
from taskyard.agent.spool import Spool, open_spool


def a_report(link_id: str = "a-1", attempt: int = 1) -> Finished:
    """A report on that attempt."""
    return Finished.of({"link_id": link_id, "attempt": attempt, "status": "completed"})


def test_what_was_kept_is_there_at_the_next_start_oldest_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    reports = [a_report(f"a-{number}") for number in (3, 1, 2)]
    for report in reports:
        spool.keep(report)
    assert [f.link_id for f in Spool(tmp_path).waiting(10)] == ["a-3", "a-1", "a-2"]
    assert len(Spool(tmp_path).waiting(2)) == 2


def test_a_report_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    with open_spool(tmp_path / "spool") as spool:
        spool.keep(a_report())
    (file,) = (tmp_path / "spool").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_is_answered_is_forgotten_and_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    first, second = a_report(attempt=1), a_report(attempt=2)
    spool.keep(first)
    spool.keep(second)
    spool.drop([first])
    assert Spool(tmp_path).waiting(10) == spool.waiting(10) == [second]


def test_a_bulk_has_one_report_of_each_task(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for report in (a_report(attempt=1), a_report(attempt=2), a_report("b-1")):
        spool.keep(report)
    assert spool.waiting(10) == [a_report(attempt=1), a_report("b-1")]


def test_what_the_gateway_never_takes_is_left_for_people(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.keep(a_report())
    spool.set_aside(a_report())
    assert len(spool) == len(Spool(tmp_path)) == 0
    assert [file.suffix for file in tmp_path.iterdir()] == [".refused"]


def test_what_was_cut_off_while_it_was_written_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "a-1.1.half").write_bytes(b'{"link_id": "a-')
    (tmp_path / "a-2.1.json").write_bytes(b'{"link_id": "a-')
    assert len(Spool(tmp_path)) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["a-2.1.refused"]


def test_a_report_that_no_disk_takes_is_kept_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(tmp_path)
    tmp_path.rmdir()
    spool.keep(a_report())
    assert spool.waiting(10) == [a_report()]
    assert "in memory alone" in caplog.text
    spool.drop([a_report()])
    assert len(spool) == 0


def test_two_agents_cannot_have_the_same_one(tmp_path: Path) -> None:
    with (
        open_spool(tmp_path),
        pytest.raises(Refused, match="its own --spool"),
        open_spool(tmp_path),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="say --spool"), open_spool(tmp_path / "file" / "spool"):
        pass
