"""Settings: the environment, read once, with every impossible value named."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from shared.errors import SettingsError
from shared.settings import Settings, embedded_redis_socket, read_settings

KEY = "0123456789abcdef0123456789abcdef"


def read(tmp_path: Path, **given: str) -> Settings:
    """Settings in ``tmp_path`` with ``given`` variables."""
    names = {"HOME": str(tmp_path), "SECRET_KEY": KEY} | given
    return read_settings({f"TASKYARD_{name}": text for name, text in names.items()})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "127.0.0.1"),
        ("port", 8000),
        ("flower_port", 5555),
        ("http_server", "granian"),
        ("local_account", None),
        ("local_roots", ()),
        ("webhook_allow_networks", ()),
        ("allow_networks", ()),
        ("cors_origins", ()),
        ("log_format", "text"),
        ("log_level", "INFO"),
        ("retention_days", 30),
        ("lease_seconds", 15.0),
        ("secret_keys_old", ()),
        ("jwks_url", None),
        ("echo_enabled", True),
        ("adb_server", "127.0.0.1:5037"),
    ],
)
def test_an_empty_environment_gives_the_defaults(tmp_path: Path, field: str, value: object) -> None:
    assert getattr(read(tmp_path), field) == value


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("PORT", "9000", "port", 9000),
        ("PORT", " 9000 ", "port", 9000),
        ("PORT", "", "port", 8000),
        ("HTTP_SERVER", "gunicorn", "http_server", "gunicorn"),
        ("LOCAL_ACCOUNT", "demo", "local_account", "demo"),
        ("LOG_FORMAT", "json", "log_format", "json"),
        ("ADB_SERVER", "[::1]:5038", "adb_server", "[::1]:5038"),
        ("LEASE_SECONDS", "0.5", "lease_seconds", 0.5),
        ("CORS_ORIGINS", "https://a.example, https://b.example,", "cors_origins",
         ("https://a.example", "https://b.example")),
        ("ALLOW_NETWORKS", "10.0.0.0/8,::1", "allow_networks",
         (ip_network("10.0.0.0/8"), ip_network("::1"))),
        ("LOCAL_ROOTS", f"/srv/a{os.pathsep}/srv/b/../c", "local_roots",
         (Path("/srv/a"), Path("/srv/c"))),
        ("SECRET_KEYS_OLD", "one,two", "secret_keys_old", ("one", "two")),
        ("ECHO_ENABLED", "No", "echo_enabled", False),
        ("ECHO_ENABLED", "1", "echo_enabled", True),
        ("JWKS_URL", "https://id.example/keys", "jwks_url", "https://id.example/keys"),
    ],
)  # fmt: skip
def test_a_variable_sets_its_field(
    tmp_path: Path, variable: str, text: str, field: str, value: Any
) -> None:
    assert getattr(read(tmp_path, **{variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "nan"),
        ("LEASE_SECONDS", "0"),
        ("LEASE_SECONDS", "inf"),
        ("LEASE_SECONDS", "soon"),
        ("RETENTION_DAYS", "1.5"),
        ("HTTP_SERVER", "apache"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("ECHO_ENABLED", "maybe"),
        ("ALLOW_NETWORKS", "10.0.0.0/33"),
        ("WEBHOOK_ALLOW_NETWORKS", "10.0.0.1/8"),
        ("DATABASE_URL", "mysql://localhost/yard"),
        ("DATABASE_URL", "sqlite://"),
        ("SECRET_KEY", "short"),
        ("ADB_SERVER", "localhost"),
        ("ADB_SERVER", "localhost:adb"),
        ("ADB_SERVER", ":5037"),
    ],
)
def test_an_impossible_value_is_refused_by_name(tmp_path: Path, variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"TASKYARD_{variable}"):
        read(tmp_path, **{variable: text})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg_however_it_is_written(
    tmp_path: Path, scheme: str
) -> None:
    url = read(tmp_path, DATABASE_URL=f"{scheme}://u:p@db/yard").database_url
    assert url == "postgresql+psycopg://u:p@db/yard"


def test_without_urls_everything_lies_in_home(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/taskyard.db"
    assert settings.redis_url == f"redis+socket://{embedded_redis_socket(tmp_path)}"
    assert settings.embedded_redis


def test_a_redis_of_ones_own_is_not_the_embedded_one(tmp_path: Path) -> None:
    assert not read(tmp_path, REDIS_URL="redis://cache:6379/0").embedded_redis


def test_home_is_absolute_and_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert read(Path("~/yard")).home == Path("/home/ada/yard")
    assert read(Path("yard")).home == Path.cwd() / "yard"


def test_the_socket_is_in_home_where_its_path_is_short_enough() -> None:
    assert embedded_redis_socket(Path("/srv/yard")) == Path("/srv/yard/valkey.sock")


def test_a_home_with_a_long_path_gets_a_short_socket_of_its_own() -> None:
    deep, other = Path("/srv") / ("d" * 100), Path("/srv") / ("e" * 100)
    assert len(os.fsencode(embedded_redis_socket(deep))) <= 107
    assert embedded_redis_socket(deep) == embedded_redis_socket(deep)
    assert embedded_redis_socket(deep) != embedded_redis_socket(other)


def test_a_missing_secret_key_stops_the_start_and_says_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"TASKYARD_SECRET_KEY is missing.*taskyard up"):
        read(tmp_path, SECRET_KEY="", DATABASE_URL="postgresql://host/yard")


@pytest.mark.parametrize("name", ["secret_key", "taskyard.db"])
def test_a_home_without_its_secret_key_says_that_it_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(SettingsError, match="TASKYARD_SECRET_KEY is missing"):
        read(tmp_path, SECRET_KEY="")


def test_where_nothing_is_kept_the_way_to_the_yard_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"Nothing is kept in {tmp_path}: .*TASKYARD_HOME"):
        read(tmp_path, SECRET_KEY="")


def test_the_secret_key_that_home_keeps_is_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    assert read(tmp_path, SECRET_KEY="").secret_key == KEY


def test_a_secret_key_that_is_given_wins_over_the_one_in_home(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("another key, as long as it must be")
    assert read(tmp_path).secret_key == KEY


def test_without_a_mapping_the_process_environment_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASKYARD_HOME", str(tmp_path))
    monkeypatch.setenv("TASKYARD_SECRET_KEY", KEY)
    monkeypatch.setenv("TASKYARD_PORT", "8123")
    assert read_settings().port == 8123
