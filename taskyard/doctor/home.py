"""HOME: whether it can be written, is closed to others, and has room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

LEAST_BYTES = 100 * 1024**2
"""With less, a database or an append-only file is full within minutes."""
FEW_BYTES = 1024**3


def look_at_home(subject: Subject) -> Findings:
    """The folder, and the disk that it is on."""
    home = subject.settings.home
    yield _folder(home)
    existing = next(path for path in (home, *home.parents) if path.is_dir())
    yield room(str(existing), shutil.disk_usage(existing).free)


def _folder(home: Path) -> Finding:
    another = "Set TASKYARD_HOME to a folder that this user may write."
    if not home.exists():
        return ok("home", f"{home} will be made by `taskyard up`")
    if not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        return fail("home", f"{home} cannot be written.", another)
    if home.stat().st_mode & 0o077:
        return warn("home", f"Others may look into {home}.", f"chmod 700 {home}")
    return ok("home", str(home))


def room(where: str, free: int) -> Finding:
    """Whether ``free`` bytes are enough. Pure."""
    text = f"{free / 1024**3:.1f} GiB are free at {where}"
    advice = "Make room: without it nothing more is accepted."
    if free < LEAST_BYTES:
        return fail("disk", f"{text}.", advice)
    return warn("disk", f"{text}.", advice) if free < FEW_BYTES else ok("disk", text)
