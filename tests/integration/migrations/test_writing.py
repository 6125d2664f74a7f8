"""``make migration``: what the tables ask for is written down."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared.migrations import upgrade
from shared.migrations.__main__ import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, to write into."""
    copy = tmp_path / "migrations"
    shutil.copytree(upgrade.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrade, "FOLDER", copy)
    return copy


def test_the_next_migration_is_counted_and_empty_while_nothing_changed(folder: Path) -> None:
    before = set((folder / "versions").glob("*.py"))
    main(["Nothing new"])
    [written] = set((folder / "versions").glob("*.py")) - before
    assert written.name == f"{len(before) + 1:04}_nothing_new.py"
    assert "op." not in written.read_text()


def test_all_tables_are_written_where_there_is_no_migration_yet(folder: Path) -> None:
    for file in (folder / "versions").glob("*.py"):
        file.unlink()
    main(["First tables"])
    text = (folder / "versions" / "0001_first_tables.py").read_text()
    assert "from shared import columns" in text
    assert "columns.Moment()" in text
    for table in ("accounts", "tasks", "transitions"):
        assert f"create_table('{table}'" in text


@pytest.mark.parametrize("arguments", [[], [" "], ["one", "two"]])
def test_a_migration_has_to_say_what_changed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "WHAT_CHANGED" in capsys.readouterr().err
