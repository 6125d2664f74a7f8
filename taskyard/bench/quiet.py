"""How soon the tasks of a tenant start who submits one now and then."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row

from taskyard.bench.figure import percentile
from taskyard.bench.flood import Flood, sent_at_once
from taskyard.bench.plan import Plan
from taskyard.bench.running_yard import RunningYard
from taskyard.bench.tenant import Tenant
from taskyard.bench.traffic import Sample, load, require_status

PER_SECOND = 9.7
"""About ten; not exactly, so that it does not keep step with the yard's own chores."""
CONNECTIONS = 16
MOST_FLOODS = 12


@dataclass(frozen=True, slots=True)
class Start:
    """How a task came to run: when its request was to be sent, and what happened to it then."""

    due_at: float
    stored_at: float
    handed_out_at: float
    started_at: float

    @property
    def milliseconds(self) -> float:
        """From when its request was to be sent until it ran."""
        return 1000 * (self.started_at - self.due_at)


def idle_starts(yard: RunningYard, quiet: Tenant, plan: Plan) -> list[Start]:
    """Its starts while nobody else does anything."""
    after = yard.last_number()
    wall = time.time() - time.monotonic()
    seconds = plan.warm_seconds + plan.quiet_samples / PER_SECOND
    samples = load(yard.address, quiet.submission(), CONNECTIONS, seconds, PER_SECOND)
    yard.await_done(after)
    begun_at = wall + min(sample.due for sample in samples)
    starts = _starts(samples, yard.rows(after), wall)
    return [start for start in starts if start.due_at >= begun_at + plan.warm_seconds]


def flooded_starts(yard: RunningYard, quiet: Tenant, loud: Tenant, plan: Plan) -> list[Start]:
    """Its starts while floods of ``loud`` are on; most of them while a backlog waits.

    Floods are repeated until enough were taken beside a backlog.
    """
    starts: list[Start] = []
    beside_backlog = 0
    for _ in range(MOST_FLOODS):
        flood, taken = _beside_flood(yard, quiet, loud, plan)
        starts += [start for start in taken if flood.is_on(start.due_at)]
        beside_backlog += sum(flood.backlog(start.due_at) > 0 for start in taken)
        if beside_backlog >= plan.quiet_samples:
            break
    return starts


def _beside_flood(
    yard: RunningYard, quiet: Tenant, loud: Tenant, plan: Plan
) -> tuple[Flood, list[Start]]:
    after = yard.last_number()
    wall = time.time() - time.monotonic()
    senders = [loud] * plan.flood_bulks
    with sent_at_once(yard.address, senders, plan.flood_items) as begun_at:
        request = quiet.submission()
        samples = load(yard.address, request, CONNECTIONS, plan.flood_seconds, PER_SECOND)
    yard.await_done(after)
    rows = yard.rows(after)
    flood = Flood.of(begun_at, (row for row in rows if row.account_id == loud.account_id))
    return flood, _starts(samples, rows, wall)


def _starts(samples: Sequence[Sample], rows: Iterable[Row[Any]], wall: float) -> list[Start]:
    """The starts of what ``samples`` submitted; ``wall`` is when their clock began."""
    require_status(list(samples), 201)
    by_id = {row.id: row for row in rows}
    starts = []
    for sample in samples:
        row = by_id[orjson.loads(sample.body)["taskId"]]
        times = (at.timestamp() for at in (row.created_at, row.queued_at, row.started_at))
        starts.append(Start(wall + sample.due, *times))
    return starts


def steps(starts: Sequence[Start], percent: float) -> str:
    """What that percentile of ``starts`` consists of: each step's own, in words. Pure."""
    spans = {
        "to be stored": [s.stored_at - s.due_at for s in starts],
        "to be handed out": [s.handed_out_at - s.stored_at for s in starts],
        "to be started": [s.started_at - s.handed_out_at for s in starts],
    }
    told = [f"{1000 * percentile(took, percent):.0f} ms {name}" for name, took in spans.items()]
    return ", ".join(told)
