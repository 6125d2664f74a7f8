"""What processes take of the machine's memory."""

from __future__ import annotations

from pathlib import Path


def session_bytes(session: int) -> int:
    """The memory of all processes of a session, what they share counted once."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            total += _bytes_of(folder, session)
    return total


def _bytes_of(folder: Path, session: int) -> int:
    try:
        if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != session:
            return 0
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except (OSError, IndexError):  # it has just ended
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
