"""What a running yard writes down about itself in HOME: addresses, processes, their pids."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from taskyard.child import Child, end_session, has_session
from taskyard.home import write_secret

LEFTOVER_SECONDS = 5.0
"""How long the kernel may take to end what was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedProcess:
    """One process: ``born`` tells it from a later one with the same pid, "" where not known."""

    name: str
    pid: int | None
    born: str
    starts: int
    is_ready: bool
    pool: str | None

    @property
    def is_alive(self) -> bool:
        """Whether this very process lives."""
        return self.pid is not None and self.born != "" and born(self.pid) == self.born


@dataclass(frozen=True, slots=True, kw_only=True)
class UpRecord:
    """A running yard."""

    pid: int
    born: str
    url: str
    flower_url: str
    processes: tuple[RecordedProcess, ...]

    @property
    def is_alive(self) -> bool:
        """Whether the supervisor that wrote it lives."""
        return self.born != "" and born(self.pid) == self.born


def record_file(home: Path) -> Path:
    """Where the record is."""
    return home / "up.json"


def write_record(home: Path, record: UpRecord) -> None:
    """Replace the record."""
    write_secret(record_file(home), orjson.dumps(asdict(record)).decode())


def read_record(home: Path) -> UpRecord | None:
    """The last record, or None where there never was one."""
    try:
        values = orjson.loads(record_file(home).read_bytes())
        processes = tuple(RecordedProcess(**p) for p in values.pop("processes"))
        return UpRecord(**values, processes=processes)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def living_record(home: Path) -> UpRecord | None:
    """The record of the ``taskyard up`` that runs in ``home`` now, or None."""
    record = read_record(home)
    return record if record is not None and record.is_alive else None


def recorded(children: Iterable[Child]) -> tuple[RecordedProcess, ...]:
    """What there is to say of ``children`` now."""
    return tuple(
        RecordedProcess(
            name=child.name,
            pid=child.pid,
            born=born(child.pid) if child.pid else "",
            starts=child.starts,
            is_ready=child.is_ready,
            pool=child.process.pool,
        )
        for child in children
    )


def end_leftovers(home: Path) -> list[str]:
    """End what a killed supervisor left running in ``home``; the names of those ended."""
    record = read_record(home)
    left = {p.pid: p.name for p in record.processes if p.is_alive and p.pid} if record else {}
    for pid in left:
        end_session(pid)
    end = time.monotonic() + LEFTOVER_SECONDS
    while any(map(has_session, left)) and time.monotonic() < end:
        time.sleep(0.01)
    return list(left.values())


def born(pid: int) -> str:
    """When the living process with that pid was started, and in which boot; "" where unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else f"{boot}/{fields[19]}"
