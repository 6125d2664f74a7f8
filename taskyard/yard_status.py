"""What there is to say of a yard from outside: readiness, processes, queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import Unavailable
from shared.settings import Settings
from shared.yard import Yard
from taskyard.environment import names_a_yard
from taskyard.probe import Answer, get, url_of
from taskyard.up_record import RecordedProcess, UpRecord, living_record

NOTHING_RUNS = "Nothing runs in {}: start it by `taskyard up`, or set TASKYARD_HOME."


@dataclass(frozen=True, slots=True)
class YardStatus:
    """One look at the yard; ``reasons`` is empty when it is ready, ``url`` None where none is."""

    url: str | None
    reasons: tuple[str, ...]
    processes: tuple[RecordedProcess, ...]

    @property
    def is_ready(self) -> bool:
        """Whether work gets done."""
        return not self.reasons

    def as_json(self, queues: dict[str, int | None]) -> dict[str, Any]:
        """What ``taskyard status --json`` prints."""
        return {
            "ready": self.is_ready,
            "url": self.url,
            "reasons": list(self.reasons),
            "processes": [process_fields(process) for process in self.processes],
            "queues": queues,
        }


def gateway_url(settings: Settings, environ: Mapping[str, str]) -> str:
    """Where the yard's gateway is reached from this machine; `Unavailable` where none is meant."""
    record = living_record(settings.home)
    if record is None and not names_a_yard(environ):
        raise Unavailable(NOTHING_RUNS.format(settings.home))
    return record.url if record else url_of(settings.host, settings.port)


def look(settings: Settings, environ: Mapping[str, str]) -> YardStatus:
    """Look at the yard of these settings: at what ``taskyard up`` runs, and at its gateway.

    Where nothing runs in HOME and ``environ`` names no yard elsewhere, whoever listens at the usual
    port is somebody else's.
    """
    record = living_record(settings.home)
    if record is None and not names_a_yard(environ):
        return YardStatus(None, (NOTHING_RUNS.format(settings.home),), ())
    url = record.url if record else url_of(settings.host, settings.port)
    reasons = (*_gateway_reasons(get(f"{url}/readyz"), url), *_process_reasons(record))
    return YardStatus(url, reasons, record.processes if record else ())


def queue_lengths(yard: Yard) -> dict[str, int | None]:
    """How many messages wait in each queue of the broker; None where it does not answer."""
    return {queue: _length(yard, queue) for queue in _queues(yard)}


def process_fields(process: RecordedProcess) -> dict[str, Any]:
    """One process, in a row."""
    return {
        "process": process.name,
        "pid": process.pid,
        "alive": process.is_alive,
        "ready": process.is_ready,
        "restarts": max(process.starts - 1, 0),
        "pool": process.pool,
    }


def _gateway_reasons(answer: Answer, url: str) -> list[str]:
    if answer.status == 0:
        return [f"The gateway does not answer at {url}."]
    if answer.status == 200:
        return []
    return answer.reasons or [f"The gateway answers {answer.status} at {url}/readyz."]


def _process_reasons(record: UpRecord | None) -> list[str]:
    if record is None:
        return []
    asleep = [p.name for p in record.processes if not p.is_alive or not p.is_ready]
    return [f"{name} is not ready." for name in asleep]


def _queues(yard: Yard) -> Sequence[str]:
    kinds = yard.registry.types.values()
    return sorted({kind.queue for kind in kinds if not kind.is_done_by_people})


def _length(yard: Yard, queue: str) -> int | None:
    try:
        return yard.broker.depth(queue)
    except Unavailable:
        return None
