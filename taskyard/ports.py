"""Which TCP ports to take, and whose a taken one is."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

from shared.errors import SettingsError

TRIES = 100
LISTEN = "0A"
"""The state LISTEN in ``/proc/net/tcp`` (``proc_pid_net(5)``)."""


def choose_port(
    host: str, port: int, *, is_asked_for: bool, variable: str, besides: int | None = None
) -> int:
    """``port``, or the next free one where it is taken and nobody asked for it by name.

    ``besides`` is one that we need ourselves. Raises `SettingsError` with the owner of the port,
    where that can be seen.
    """
    last = port if is_asked_for else min(port + TRIES, 65535)
    for candidate in range(port, last + 1):
        if candidate != besides and is_free(host, candidate):
            return candidate
    if port == besides:
        raise SettingsError(f"Port {port} is asked for twice: set {variable} to another one.")
    owner = owner_of(port)
    whose = f" by {owner}" if owner else ""
    raise SettingsError(f"Port {port} is taken{whose}: set {variable} to another one.")


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there; `SettingsError` where the host is none of ours."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise SettingsError(f"Port {port} may not be used by this user.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise SettingsError(f"Cannot listen at {host}, port {port}: {error}.") from None
    return True


def owner_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """The program that listens on ``port`` and its pid; None where that cannot be seen."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    for folder in proc.glob("[0-9]*"):
        if sockets and _has_open(folder, sockets):
            return f"{_program(folder)} (pid {folder.name})"
    return None


def _listening_inodes(port: int, proc: Path) -> Iterator[str]:
    for name in ("tcp", "tcp6"):
        try:
            rows = (proc / "net" / name).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, rows):
            if fields[3] == LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _has_open(process: Path, sockets: set[str]) -> bool:
    try:
        return any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir())
    except OSError:
        return False


def _program(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return "a process"
    return b" ".join(words[:4]).decode(errors="replace")[:80] or "a process"
