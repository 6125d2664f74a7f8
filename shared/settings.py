"""The environment, read once into a frozen object that is passed down."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.errors import SettingsError
from shared.rate_limits import DialectLimits, read_rate_limits

if TYPE_CHECKING:
    from shared.links.target_file import LinkTarget

Network = IPv4Network | IPv6Network
GIB = 1024**3
LOG_FORMATS = ("text", "json")
MAX_SOCKET_PATH = 100
"""Bytes: a Unix socket's path holds 107 at most (``man 7 unix``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the environment decides. Times in seconds, sizes in bytes."""

    home: Path
    database_url: str
    redis_url: str
    secret_key: str
    secret_keys_old: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    flower_port: int = 5555
    gateway_threads: int = 64
    stream_seats: int = 1024
    http_server: str = "granian"
    local_account: str | None = None
    local_roots: tuple[Path, ...] = ()
    webhook_allow_networks: tuple[Network, ...] = ()
    allow_networks: tuple[Network, ...] = ()
    cors_origins: tuple[str, ...] = ()
    log_format: str = "text"
    log_level: str = "INFO"
    retention_days: int = 30
    lease_seconds: float = 15.0
    cancel_grace_seconds: float = 10.0
    queue_seconds: float = 0.25
    max_pending_tasks: int = 1_000_000
    jwks_url: str | None = None
    jwks_issuer: str | None = None
    jwks_account: str | None = None
    echo_enabled: bool = True
    blobs_url: str = "memory://"
    max_upload_bytes: int = 10 * GIB
    task_memory_bytes: int = 2 * GIB
    embedding_endpoint: str | None = None
    embedding_model: str | None = None
    embedding_api_key: str | None = None
    generation_endpoint: str | None = None
    generation_model: str | None = None
    generation_api_key: str | None = None
    whisper_model: Path | None = None
    adb_server: str = "127.0.0.1:5037"
    link_targets: tuple[LinkTarget, ...] = ()
    rate_limits: tuple[DialectLimits, ...] = ()

    @property
    def embedded_redis(self) -> bool:
        """Whether the Redis in use is the one that ``taskyard up`` starts in HOME."""
        return self.redis_url == embedded_redis_url(self.home)


def secret_file(home: Path) -> Path:
    """Where ``taskyard up`` keeps the secret key that it made."""
    return home / "secret_key"


def database_file(home: Path) -> Path:
    """Where a yard keeps everything that has no database elsewhere."""
    return home / "taskyard.db"


def embedded_redis_url(home: Path) -> str:
    """The address of HOME's own Valkey: a Unix socket, so that it needs no port."""
    return f"redis+socket://{embedded_redis_socket(home)}"


def embedded_redis_socket(home: Path) -> Path:
    """The socket's path: in HOME, or in /tmp where HOME's path is too long for a socket."""
    socket = home / "valkey.sock"
    if len(os.fsencode(socket)) <= MAX_SOCKET_PATH:
        return socket
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(f"/tmp/taskyard-{digest}.sock")  # noqa: S108 - 0600 by the server, name unguessable


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``TASKYARD_*``; an impossible value raises `SettingsError` naming the variable."""
    given = _Given(os.environ if environ is None else environ)
    home = Path(given.text("HOME", ".taskyard")).expanduser().absolute()
    settings = Settings(
        home=home,
        database_url=_database_url(given.text("DATABASE_URL", f"sqlite:///{database_file(home)}")),
        redis_url=given.text("REDIS_URL", embedded_redis_url(home)),
        secret_key=_secret_key(given, home),
        secret_keys_old=given.words("SECRET_KEYS_OLD"),
        host=given.text("HOST", "127.0.0.1"),
        port=given.whole("PORT", 8000, most=65535),
        flower_port=given.whole("FLOWER_PORT", 5555, most=65535),
        gateway_threads=given.whole("GATEWAY_THREADS", 64, most=1024),
        stream_seats=given.whole("STREAM_SEATS", 1024, most=4096),
        http_server=given.choice("HTTP_SERVER", ("granian", "gunicorn")),
        local_account=given.text("LOCAL_ACCOUNT", "") or None,
        local_roots=tuple(Path(p).resolve() for p in given.words("LOCAL_ROOTS", os.pathsep)),
        webhook_allow_networks=given.networks("WEBHOOK_ALLOW_NETWORKS"),
        allow_networks=given.networks("ALLOW_NETWORKS"),
        cors_origins=given.words("CORS_ORIGINS"),
        log_format=given.choice("LOG_FORMAT", LOG_FORMATS),
        log_level=given.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        retention_days=given.whole("RETENTION_DAYS", 30),
        lease_seconds=given.number("LEASE_SECONDS", 15.0),
        cancel_grace_seconds=given.number("CANCEL_GRACE_SECONDS", 10.0),
        queue_seconds=given.number("QUEUE_SECONDS", 0.25),
        max_pending_tasks=given.whole("MAX_PENDING_TASKS", 1_000_000),
        jwks_url=given.text("JWKS_URL", "") or None,
        jwks_issuer=given.text("JWKS_ISSUER", "") or None,
        jwks_account=given.text("JWKS_ACCOUNT", "") or None,
        echo_enabled=given.flag("ECHO_ENABLED", default=True),
        blobs_url=given.text("BLOBS_URL", f"file://{home / 'blobs'}"),
        max_upload_bytes=given.whole("MAX_UPLOAD_BYTES", 10 * GIB, most=1024 * GIB),
        task_memory_bytes=given.whole("TASK_MEMORY_BYTES", 2 * GIB, most=1024 * GIB),
        adb_server=given.address("ADB_SERVER", "127.0.0.1:5037"),
        rate_limits=given.rates("RATE_LIMITS"),
        **_models(given),
    )
    return _with_link_targets(given, settings)


def _with_link_targets(given: _Given, settings: Settings) -> Settings:
    """The settings with the targets of links, which are checked by the rest of them."""
    file = given.text("LINK_TARGETS", "")
    if not file:
        return settings
    from shared.links.target_file import read_targets

    return replace(settings, link_targets=read_targets(Path(file).expanduser(), settings))


def _models(given: _Given) -> dict[str, Any]:
    """Where models are that are not our own."""
    values: dict[str, Any] = {}
    for use in ("embedding", "generation"):
        for part in ("endpoint", "model", "api_key"):
            values[f"{use}_{part}"] = given.text(f"{use}_{part}".upper(), "") or None
        if values[f"{use}_endpoint"] and not values[f"{use}_model"]:
            name = use.upper()
            raise SettingsError(f"TASKYARD_{name}_ENDPOINT needs TASKYARD_{name}_MODEL as well.")
    whisper = given.text("WHISPER_MODEL", "")
    return {**values, "whisper_model": Path(whisper).resolve() if whisper else None}


def _secret_key(given: _Given, home: Path) -> str:
    key = given.text("SECRET_KEY", "")
    file = secret_file(home)
    if not key and file.is_file():
        key = file.read_text(encoding="ascii").strip()
    if len(key) >= 32:
        return key
    is_kept = file.exists() or database_file(home).exists()
    if not (key or is_kept or given.text("DATABASE_URL", "")):
        raise SettingsError(
            f"Nothing is kept in {home}: go to the yard's folder, or set TASKYARD_HOME "
            "(or TASKYARD_SECRET_KEY, for a yard elsewhere)."
        )
    raise SettingsError(
        "TASKYARD_SECRET_KEY is missing or shorter than 32 characters: set it, "
        f"or let `taskyard up` make one in {home}."
    )


def _database_url(url: str) -> str:
    """Name psycopg 3 as the PostgreSQL driver where the URL leaves it open."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("TASKYARD_DATABASE_URL must start with postgresql:// or sqlite:///.")
    return url


class _Given:
    """The variables as given, each read with its check."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(f"TASKYARD_{name}", "").strip() or default

    def words(self, name: str, separator: str = ",") -> tuple[str, ...]:
        parts = (word.strip() for word in self.text(name, "").split(separator))
        return tuple(word for word in parts if word)

    def number(self, name: str, default: float) -> float:
        text = self.text(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 < value < float("inf"):
            raise SettingsError(f"TASKYARD_{name} must be a number above 0, not {text!r}.")
        return value

    def whole(self, name: str, default: int, most: int = 10**12) -> int:
        value = self.number(name, default)
        if value != int(value) or value > most:
            raise SettingsError(f"TASKYARD_{name} must be a whole number from 1 to {most}.")
        return int(value)

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        text = self.text(name, words[0])
        if text not in words:
            raise SettingsError(f"TASKYARD_{name} must be one of {', '.join(words)}, not {text!r}.")
        return text

    def flag(self, name: str, *, default: bool) -> bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        text = self.text(name, "true" if default else "false").lower()
        if text not in words:
            raise SettingsError(f"TASKYARD_{name} must be true or false, not {text!r}.")
        return words[text]

    def address(self, name: str, default: str) -> str:
        text = self.text(name, default)
        host, _, port = text.rpartition(":")
        if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise SettingsError(f"TASKYARD_{name} must be HOST:PORT, not {text!r}.")
        return text

    def networks(self, name: str) -> tuple[Network, ...]:
        try:
            return tuple(ip_network(word) for word in self.words(name))
        except ValueError as error:
            raise SettingsError(f"TASKYARD_{name}: {error}.") from error

    def rates(self, name: str) -> tuple[DialectLimits, ...]:
        try:
            return read_rate_limits(self.text(name, ""))
        except ValueError as error:
            raise SettingsError(f"TASKYARD_{name}: {error}.") from error
