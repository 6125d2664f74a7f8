"""How fast mixed files are read through the whole yard, beside the bare library in a loop."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from taskyard.bench.child import Child
from taskyard.bench.corpus import write_corpus
from taskyard.bench.failure import BenchFailed
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.reply import request_bytes
from taskyard.bench.running_yard import RunningYard, running_yard, with_documents
from taskyard.bench.stage import Stage
from taskyard.bench.tenant import Tenant, new_tenant
from taskyard.bench.traffic import Sample, connect, exchange, require_status

CONNECTIONS = 4
BOUNDARY = b"------taskyard-bench"
FIRST_FILES = 40
"""Read before anything is measured, so that every process has loaded its libraries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRun:
    """What was measured on one store: files per second, round by round."""

    title: str
    files: int
    through_yard: Sequence[float]
    bare: Sequence[float]


def measure_extraction(stage: Stage, plan: Plan) -> ExtractionRun:
    """Read the same files by the library and by the yard, by turns."""
    folder = stage.folder / "papers"
    files = write_corpus(folder, plan.extraction_files, seed=1)
    first = write_corpus(stage.folder / "first", min(FIRST_FILES, len(files)), seed=2)
    size = sum(file.stat().st_size for file in files)
    tell(f"{stage.title}: {len(files)} files with {size / 1e6:.1f} MB are written")
    yard_rates, bare_rates = [], []
    with (
        running_yard(stage, new_tenant(stage, "clerk")) as started,
        with_documents(started) as yard,
    ):
        _read(yard, new_tenant(stage, "first"), first)
        for number in range(plan.extraction_rounds):
            bare_rates.append(len(files) / _bare_seconds(stage, folder))
            reader = new_tenant(stage, f"reader-{number}")
            yard_rates.append(len(files) / _read(yard, reader, files))
            told = f"{yard_rates[-1]:.1f} files/s, bare {bare_rates[-1]:.1f}"
            tell(f"{stage.title}: {told}")
    return ExtractionRun(
        title=stage.title, files=len(files), through_yard=yard_rates, bare=bare_rates
    )


def _bare_seconds(stage: Stage, folder: Path) -> float:
    """How long the library takes, in a process of its own."""
    command = (sys.executable, "-m", "taskyard.bench.peers.read_files", str(folder))
    environ = {**stage.environ, "TMPDIR": str(stage.folder)}  # it unpacks a library there
    child = Child("kreuzberg", command, stage.log_file("kreuzberg"), environ)
    try:
        while not child.has_ended():
            continue
        child.require_success()
        return float(child.tail().splitlines()[-1])
    finally:
        child.stop()


def _read(yard: RunningYard, tenant: Tenant, files: Sequence[Path]) -> float:
    """Upload ``files``; the seconds from the first byte to the end of the last extraction."""
    after = yard.last_number()
    requests = [upload(tenant, file) for file in files]
    begun_at = time.time()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
        samples = [sample for part in pool.map(lambda p: _send(yard, p), parts) for sample in part]
    require_status([s for s in samples if s.status != 200], 202)
    yard.await_done(after)
    rows = yard.rows(after)
    ended = {row.status for row in rows}
    if ended != {"completed"} or len(rows) != len(files):
        raise BenchFailed(f"Of {len(files)} files, {len(rows)} ended as {ended}.")
    return float(max(row.completed_at.timestamp() for row in rows) - begun_at)


def upload(tenant: Tenant, file: Path) -> bytes:
    """A request that puts ``file`` in, and does not wait until it is read."""
    parts = (
        b'name="wait"\r\n\r\n0',
        b'name="file"; filename="%s"\r\n\r\n%s' % (file.name.encode(), file.read_bytes()),
    )
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (BOUNDARY, part) for part in parts
    )
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    whole = b"%s--%s--\r\n" % (body, BOUNDARY)
    return request_bytes("POST", "/v1/documents", tenant.token, whole, kind)


def _send(yard: RunningYard, requests: Sequence[bytes]) -> list[Sample]:
    with connect(yard.address) as wire:
        return [exchange(wire, request) for request in requests]
