"""HOME: the folder with everything that a yard on this machine keeps."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import SettingsError


def open_home(home: Path) -> None:
    """Make ``home`` where it is missing, for this user's eyes alone; it must be writable."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        probe = home / f".probe-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"Cannot write to {home} ({error.strerror}): set TASKYARD_HOME to another folder."
        ) from None


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold ``home`` for this process; `SettingsError` names the one that holds it already."""
    file = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
            raise SettingsError(
                f"`taskyard up` runs already in {home} (pid {pid}): "
                "stop it first, or set TASKYARD_HOME to another folder."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def kept_secret(file: Path, bytes_: int = 32) -> str:
    """The secret in ``file``, made at random the first time; the file is the user's alone."""
    if not file.exists():
        write_secret(file, secrets.token_urlsafe(bytes_))
    return file.read_text(encoding="ascii").strip()


def write_secret(file: Path, text: str) -> None:
    """Put ``text`` into ``file``, readable by this user alone, whole or not at all."""
    draft = file.with_name(f".{file.name}-{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
