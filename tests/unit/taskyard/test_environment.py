"""What ``taskyard up`` tells its children."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.settings import read_settings
from taskyard.environment import (
    child_environ,
    has_embedded_valkey,
    home_of,
    names_a_yard,
    settings_to_look,
)

FOLDER = Path("/srv/material")


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who set nothing but HOME."""
    return {"TASKYARD_HOME": str(tmp_path), "PATH": "/bin"}


def test_a_secret_key_is_made_once_and_kept(given: dict[str, str], tmp_path: Path) -> None:
    first = read_settings(child_environ(given, FOLDER)).secret_key
    assert len(first) >= 32
    assert read_settings(child_environ(given, FOLDER)).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_no_secret_key_is_made_where_one_is_given(given: dict[str, str], tmp_path: Path) -> None:
    child_environ({**given, "TASKYARD_SECRET_KEY": "k" * 40}, FOLDER)
    assert not (tmp_path / "secret_key").exists()


def test_the_embedded_defaults_let_the_local_user_in(given: dict[str, str]) -> None:
    settings = read_settings(child_environ(given, FOLDER))
    assert settings.local_account == "demo"
    assert settings.local_roots == (FOLDER,)
    assert [str(n) for n in settings.webhook_allow_networks] == ["127.0.0.0/8", "::1/128"]
    assert settings.allow_networks == ()


def test_what_is_given_wins_over_the_defaults(given: dict[str, str]) -> None:
    environ = child_environ({**given, "TASKYARD_LOCAL_ACCOUNT": ""}, FOLDER)
    assert read_settings(environ).local_account is None


@pytest.mark.parametrize(
    "url",
    [
        {"TASKYARD_DATABASE_URL": "postgresql://db/yard"},
        {"TASKYARD_REDIS_URL": "redis://cache"},
    ],
)
def test_nothing_is_opened_up_where_a_url_is_given(
    given: dict[str, str], url: dict[str, str]
) -> None:
    settings = read_settings(child_environ({**given, **url}, FOLDER))
    assert settings.local_account is None
    assert settings.webhook_allow_networks == ()


def test_a_redis_of_ones_own_replaces_the_embedded_one(given: dict[str, str]) -> None:
    own = {**given, "TASKYARD_REDIS_URL": "redis://cache"}
    assert has_embedded_valkey(read_settings(child_environ(given, FOLDER)), given)
    assert not has_embedded_valkey(read_settings(child_environ(own, FOLDER)), own)


@pytest.mark.parametrize("name", ["HOST", "PORT", "DATABASE_URL", "REDIS_URL"])
def test_a_yard_may_run_elsewhere_where_more_than_home_is_given(
    given: dict[str, str], name: str
) -> None:
    assert not names_a_yard({**given, f"TASKYARD_{name}": " "})
    assert names_a_yard({**given, f"TASKYARD_{name}": "something"})


def test_looking_needs_no_secret_and_uses_the_one_there_is(given: dict[str, str]) -> None:
    assert len(settings_to_look({**given, "TASKYARD_SECRET_KEY": ""}).secret_key) >= 32
    made = read_settings(child_environ(given, FOLDER)).secret_key
    assert settings_to_look(given).secret_key == made


def test_home_is_hidden_in_the_present_folder_by_default() -> None:
    assert home_of({}) == Path.cwd() / ".taskyard"
