"""From what was measured to figures, each beside its peer or limit of the same run. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from taskyard.bench.figure import Beside, Figure, middle, percentile
from taskyard.bench.store_run import StoreRun

AIMS = {"postgresql": {"singles": "≥ 1.5", "done": "≥ 6"}}
"""What the ratios should be on the store of production, on two quiet cores."""


def figures(run: StoreRun) -> list[Figure]:
    """The lines of the table for one store."""
    return [*_singles(run), *_bulks(run), *_delays(run)]


def celery(run: StoreRun) -> Beside:
    """The peer that most figures stand beside."""
    return Beside("Celery, Redis results, end to end", middle(run.redis.done_per_second))


def _singles(run: StoreRun) -> Iterator[Figure]:
    most = max(run.yard.singles)
    commits = Beside("one-row commits of the bare store", run.commits)
    answers = Beside(f"empty answers, {most} connections", run.yard.answers)
    aim = AIMS.get(run.kind, {}).get("singles", "")
    for connections, taken in run.yard.singles.items():
        plural = "" if connections == 1 else "s"
        yield Figure(
            store=run.title,
            name=f"single submits, {connections} connection{plural}",
            value=taken.per_second,
            unit="/s",
            beside=commits if connections == 1 else celery(run),
            p50_ms=taken.p50_ms,
            p99_ms=taken.p99_ms,
            aim=aim if connections == most else "",
        )
    yield _rate(run, "same, beside the limit", run.yard.singles[most].per_second, answers)


def _bulks(run: StoreRun) -> Iterator[Figure]:
    accepted = middle([bulk.accepted_per_second for bulk in run.yard.bulks])
    done = middle([bulk.done_per_second for bulk in run.yard.bulks])
    sent = Beside("messages sent by Celery's delay()", middle(run.redis.sent_per_second))
    sql = Beside("Celery, SQL results, end to end", middle(run.sql.done_per_second))
    aim = AIMS.get(run.kind, {}).get("done", "")
    yield _rate(run, "items taken in by bulk submits", accepted, sent)
    yield _rate(run, "bulk of ECHO, end to end", done, celery(run), aim)
    yield _rate(run, "same, beside the other peer", done, sql)


def _delays(run: StoreRun) -> Iterator[Figure]:
    for percent in (50, 99):
        peer = percentile(run.redis.delays_ms, percent)
        yield Figure(
            store=run.title,
            name=f"submit to running at half load, p{percent}",
            value=percentile(run.yard.delays_ms, percent),
            unit="ms",
            beside=Beside(f"Celery at half of its load, p{percent}", peer),
        )


def _rate(run: StoreRun, name: str, value: float, beside: Beside, aim: str = "") -> Figure:
    return Figure(store=run.title, name=name, value=value, unit="/s", beside=beside, aim=aim)
