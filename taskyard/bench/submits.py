"""How fast the yard takes tasks in, and how soon it starts them."""

from __future__ import annotations

import time
from dataclasses import dataclass

import orjson

from taskyard.bench.figure import percentile
from taskyard.bench.plan import Plan
from taskyard.bench.reply import request_bytes
from taskyard.bench.running_yard import RunningYard
from taskyard.bench.tenant import Tenant
from taskyard.bench.traffic import Sample, connect, exchange, load, require_status


@dataclass(frozen=True, slots=True)
class Singles:
    """Single submits over some connections."""

    per_second: float
    p50_ms: float
    p99_ms: float


def singles(yard: RunningYard, tenant: Tenant, connections: int, plan: Plan) -> Singles:
    """Submit one task after the other on each connection, while workers do them."""
    after = yard.last_number()
    seconds = plan.warm_seconds + plan.single_seconds
    samples = load(yard.address, tenant.submission(), connections, seconds)
    require_status(samples, 201)
    yard.await_done(after)
    warm = _warm(samples, plan.warm_seconds)
    spans = [sample.milliseconds for sample in warm]
    took = max(s.ended for s in warm) - min(s.due for s in warm)
    return Singles(len(warm) / took, percentile(spans, 50), percentile(spans, 99))


def _warm(samples: list[Sample], warm_seconds: float) -> list[Sample]:
    """Those sent after the start-up; all of them where a machine is too slow for that."""
    begun = min(sample.due for sample in samples)
    return [s for s in samples if s.due >= begun + warm_seconds] or samples


@dataclass(frozen=True, slots=True)
class Bulk:
    """Rates of one round of bulk submits."""

    accepted_per_second: float
    done_per_second: float


def bulk(yard: RunningYard, tenant: Tenant, items: int, requests: int) -> Bulk:
    """Submit ``requests`` times ``items`` tasks in a row and wait until the last is completed."""
    after = yard.last_number()
    request = tenant.bulk_submission(items)
    with connect(yard.address) as wire:
        begun, begun_at = time.monotonic(), time.time()
        samples = [exchange(wire, request) for _ in range(requests)]
        accepted_seconds = time.monotonic() - begun
    require_status(samples, 200)
    yard.await_done(after)
    rows = yard.rows(after)
    ended_at = max(row.completed_at.timestamp() for row in rows)
    return Bulk(items * requests / accepted_seconds, len(rows) / (ended_at - begun_at))


def start_delays_ms(
    yard: RunningYard, tenant: Tenant, rate: float, connections: int, seconds: float
) -> list[float]:
    """From when each single submit was to be sent until its task ran, at ``rate`` per second."""
    after = yard.last_number()
    wall = time.time() - time.monotonic()
    samples = load(yard.address, tenant.submission(), connections, seconds, rate)
    require_status(samples, 201)
    yard.await_done(after)
    due_at = {orjson.loads(s.body)["taskId"]: wall + s.due for s in samples}
    return [1000 * (row.started_at.timestamp() - due_at[row.id]) for row in yard.rows(after)]


def empty_answers(yard: RunningYard, connections: int, seconds: float) -> float:
    """How many answers a second the gateway gives that need nothing but itself."""
    request = request_bytes("GET", "/healthz", "none")
    samples = load(yard.address, request, connections, seconds)
    require_status(samples, 200)
    took = max(s.ended for s in samples) - min(s.due for s in samples)
    return len(samples) / took
