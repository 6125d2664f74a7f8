"""The parts of ``taskyard upload`` that only decide."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from taskyard.uploading.bars import LABEL_WIDTH, fitted
from taskyard.uploading.local_files import files_below
from taskyard.uploading.outcome import seconds_of


def test_files_are_found_in_every_folder_but_the_hidden(tmp_path: Path) -> None:
    for name in ("b/c.txt", "a.txt", ".git/x", "b/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("12345")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")

    found = [(file.name, file.size_bytes) for file in files_below(tmp_path)]

    assert found == [("a.txt", 5), ("b/c.txt", 5), ("link.txt", 5)]


def test_a_folder_that_cannot_be_looked_into_stands_for_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / "secret").mkdir()
    look = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "secret":
            raise PermissionError
        return look(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = [(file.name, file.size_bytes) for file in files_below(tmp_path)]
    assert found == [("a.txt", 5), ("secret/", 0)]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("sending a.txt", "sending a.txt".ljust(LABEL_WIDTH)),
        ("x" * LABEL_WIDTH, "x" * LABEL_WIDTH),
        ("a" * 30 + "b" * 30, "a" * 19 + "…" + "b" * 20),
    ],
)
def test_a_label_fits(label: str, shown: str) -> None:
    assert fitted(label) == shown
    assert len(fitted(label)) == LABEL_WIDTH


@pytest.mark.parametrize(
    ("job", "seconds"),
    [
        ({}, None),
        ({"startedAt": "2030-01-31T08:00:00.000Z"}, None),
        (
            {"startedAt": "2030-01-31T08:00:00.000Z", "completedAt": "2030-01-31T08:01:00.125Z"},
            60.12,
        ),
    ],
)
def test_a_job_takes_from_its_start_to_its_end(job: dict[str, Any], seconds: float | None) -> None:
    assert seconds_of(job) == seconds
