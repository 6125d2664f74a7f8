"""Programs of others, installed into the environment of the tests by whichever process is first."""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FAILED_SECONDS = 1800.0


def installed_once(name: str, install: Callable[[Path], None], failed: type[Exception]) -> Path:
    """The folder ``name`` of the environment, once ``install`` has filled it.

    ``install`` raises ``failed`` where it cannot be; that is remembered for a while, or every
    process of tests would wait as long.
    """
    folder = Path(sys.prefix) / "share" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install(folder, install, failed)
            (folder / "ready").touch()
    return folder


def _install(folder: Path, install: Callable[[Path], None], failed: type[Exception]) -> None:
    failure = folder / "failure"
    with suppress(FileNotFoundError):
        if time.time() - failure.stat().st_mtime < FAILED_SECONDS:
            raise failed(failure.read_text())
    try:
        install(folder)
    except failed as error:
        failure.write_text(str(error))
        raise
