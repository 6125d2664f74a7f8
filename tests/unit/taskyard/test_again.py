"""The command that ``taskyard up`` tells works as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskyard.again import words


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of an environment in the user's folder, with our script beside it."""
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "taskyard").touch()
    return folder / "python"


def test_on_the_path_the_name_will_do(tmp_path: Path, python: Path) -> None:
    told = words(tmp_path / ".taskyard", tmp_path, python, lambda n: str(python.parent / n))
    assert told == "taskyard"


@pytest.mark.parametrize("found", [None, "/usr/bin/taskyard"])
def test_elsewhere_the_script_is_named_from_the_users_folder(
    tmp_path: Path, python: Path, found: str | None
) -> None:
    assert words(tmp_path / ".taskyard", tmp_path, python, lambda _: found) == ".venv/bin/taskyard"


def test_outside_of_the_users_folder_the_script_is_named_in_full(
    tmp_path: Path, python: Path
) -> None:
    folder = Path("/srv")
    told = words(folder / ".taskyard", folder, python, lambda _: None)
    assert told == str(python.parent / "taskyard")


def test_without_the_script_python_runs_it(tmp_path: Path, python: Path) -> None:
    (python.parent / "taskyard").unlink()
    told = words(tmp_path / ".taskyard", tmp_path, python, lambda _: None)
    assert told == ".venv/bin/python -m taskyard"


def test_a_home_elsewhere_is_named(tmp_path: Path, python: Path) -> None:
    told = words(Path("/srv/my yard"), tmp_path, python, lambda n: str(python.parent / n))
    assert told == "TASKYARD_HOME='/srv/my yard' taskyard"
