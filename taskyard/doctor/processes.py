"""The processes that ``taskyard up`` keeps running in HOME."""

from __future__ import annotations

from taskyard.doctor.finding import Findings, fail, ok
from taskyard.doctor.subject import Subject


def look_at_processes(subject: Subject) -> Findings:
    """Whether all of them live and are ready."""
    if subject.record is None:
        yield ok("processes", "`taskyard up` does not run in this HOME")
        return
    asleep = [p.name for p in subject.record.processes if not (p.is_alive and p.is_ready)]
    if asleep:
        told = f"Not running, or not ready: {', '.join(asleep)}."
        yield fail("processes", told, "See their lines in the output of `taskyard up`.")
    else:
        yield ok("processes", f"`taskyard up` (pid {subject.record.pid}) keeps all running")
