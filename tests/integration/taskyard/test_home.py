"""HOME: made for one user, held by one supervisor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.errors import SettingsError
from taskyard.home import kept_secret, locked, open_home, write_secret


def test_home_is_made_for_this_user_alone(tmp_path: Path) -> None:
    open_home(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_an_existing_home_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_home(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="Cannot write to"):
        open_home(tmp_path / "file" / "home")


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(SettingsError, match=f"pid {os.getpid()}"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path / "secret")
    assert len(secret) >= 40
    assert kept_secret(tmp_path / "secret") == secret
    assert kept_secret(tmp_path / "other") != secret


def test_a_secret_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    write_secret(tmp_path / "secret", "first")
    write_secret(tmp_path / "secret", "second")
    assert (tmp_path / "secret").read_text() == "second\n"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
