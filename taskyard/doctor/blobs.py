"""The blob store: whether it answers, and whether everybody can share it."""

from __future__ import annotations

import os
from pathlib import Path

from shared.errors import Unavailable
from taskyard.doctor.finding import Finding, Findings, fail, ok
from taskyard.doctor.subject import Subject

ADVICE = "Correct TASKYARD_BLOBS_URL, or make it answer."


def look_at_blobs(subject: Subject) -> Findings:
    """The place; nothing is written."""
    url = subject.settings.blobs_url
    if url.startswith("memory:"):
        told = "It is the memory of each process, which others cannot read."
        yield fail("blobs", told, "Name a folder or an object store in TASKYARD_BLOBS_URL.")
        return
    try:
        is_made = subject.yard.blobs.is_made()
    except Unavailable as error:
        yield fail("blobs", str(error), ADVICE)
        return
    if url.startswith("file:"):
        yield _folder(Path(url.removeprefix("file://")))
    else:
        yield ok("blobs", f"{url} answers" + ("" if is_made else ", and holds nothing yet"))


def _folder(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK) or _is_no_disk(existing):
        return fail("blobs", f"{folder} cannot be made or written.", ADVICE)
    return ok("blobs", str(folder) if existing == folder else f"{folder} will be made")


def _is_no_disk(folder: Path) -> bool:
    """Whether nothing can ever be kept there, as in ``/proc``."""
    return os.statvfs(folder).f_blocks == 0
