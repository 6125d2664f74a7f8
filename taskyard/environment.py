"""What ``taskyard up`` tells its children: what was given, and what it chose where nothing was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shared.settings import Settings, read_settings, secret_file
from taskyard import demo
from taskyard.home import kept_secret
from taskyard.ports import choose_port

NO_SECRET = "-" * 32
"""Stands where a secret key would, for those who only look."""
EMBEDDED = ("TASKYARD_DATABASE_URL", "TASKYARD_REDIS_URL")
"""Where neither is given, this is somebody's own machine and not production."""
ADDRESS = ("TASKYARD_HOST", "TASKYARD_PORT")


def home_of(environ: Mapping[str, str]) -> Path:
    """HOME as given, absolute."""
    given = environ.get("TASKYARD_HOME", "").strip() or ".taskyard"
    return Path(given).expanduser().absolute()


def child_environ(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of every process of the yard; ``folder`` is where the user stands.

    Makes the secret key, and settles on free ports.
    """
    home = home_of(environ)
    chosen = {**_local_defaults(environ, folder), **environ, "TASKYARD_HOME": str(home)}
    if not chosen.get("TASKYARD_SECRET_KEY", "").strip():
        kept_secret(secret_file(home), 48)
    settings = read_settings(chosen)
    gateway = _port(environ, "TASKYARD_PORT", settings.host, settings.port)
    flower = _port(environ, "TASKYARD_FLOWER_PORT", "127.0.0.1", settings.flower_port, gateway)
    ports = {"TASKYARD_PORT": str(gateway), "TASKYARD_FLOWER_PORT": str(flower)}
    return {**chosen, **ports, "PYTHONUNBUFFERED": "1"}


def settings_to_look(environ: Mapping[str, str]) -> Settings:
    """The settings for a command that only looks.

    It needs no secret, so a yard may be waited for before it has made its own.
    """
    is_given = bool(environ.get("TASKYARD_SECRET_KEY", "").strip())
    if is_given or secret_file(home_of(environ)).is_file():
        return read_settings(environ)
    return read_settings({**environ, "TASKYARD_SECRET_KEY": NO_SECRET})


def names_a_yard(environ: Mapping[str, str]) -> bool:
    """Whether a yard that no ``taskyard up`` runs can be meant.

    That is one whose address is given, or whose processes run on a store or broker of their own,
    under systemd or in containers. With HOME alone, there is none but what ``taskyard up`` runs.
    """
    return any(environ.get(name, "").strip() for name in (*ADDRESS, *EMBEDDED))


def has_embedded_valkey(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Whether ``up`` brings the broker."""
    return settings.embedded_redis and not environ.get("TASKYARD_REDIS_URL", "").strip()


def _local_defaults(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    if any(environ.get(name, "").strip() for name in EMBEDDED):
        return {}
    return {
        "TASKYARD_LOCAL_ACCOUNT": demo.NAME,
        "TASKYARD_LOCAL_ROOTS": str(folder),
        "TASKYARD_WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8,::1/128",
    }


def _port(
    environ: Mapping[str, str], variable: str, host: str, port: int, besides: int | None = None
) -> int:
    is_asked_for = bool(environ.get(variable, "").strip())
    return choose_port(host, port, is_asked_for=is_asked_for, variable=variable, besides=besides)
