"""Everything that is measured on one store, in order: the peers and the yard by turns."""

from __future__ import annotations

from dataclasses import dataclass

from taskyard.bench.figure import middle, percentile
from taskyard.bench.peer import Peer, redis_results, sql_results
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.running_yard import RunningYard, running_yard
from taskyard.bench.stage import Stage
from taskyard.bench.store_limit import bare_commits
from taskyard.bench.submits import Bulk, Singles, bulk, empty_answers, singles, start_delays_ms
from taskyard.bench.tenant import Tenant, new_tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class YardRun:
    """What the yard did.

    ``singles`` by the number of connections, ``bulks`` round by round; ``answers`` is how many
    empty answers a second the gateway gives.
    """

    answers: float
    singles: dict[int, Singles]
    delays_ms: list[float]
    bulks: list[Bulk]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRun:
    """What was measured on one store; ``commits`` is what the bare store does in a second."""

    title: str
    kind: str
    commits: float
    redis: Peer
    yard: YardRun
    sql: Peer


def measure(stage: Stage, plan: Plan) -> StoreRun:
    """Measure one after the other; nothing else of ours runs meanwhile."""
    commits = bare_commits(stage.store, plan.limit_seconds)
    _tell(stage, f"{commits:,.0f} bare commits/s")
    redis = redis_results(stage, plan)
    _tell(stage, f"{middle(redis.done_per_second):,.0f} tasks/s by Celery with Redis results")
    stage.flush()
    tenant = new_tenant(stage, "bench")
    with running_yard(stage, tenant) as yard:
        measured = _measure_yard(yard, tenant, plan)
    sql = sql_results(stage, plan)
    _tell(stage, f"{middle(sql.done_per_second):,.0f} tasks/s by Celery with SQL results")
    return StoreRun(
        title=stage.title, kind=stage.kind, commits=commits, redis=redis, yard=measured, sql=sql
    )


def _measure_yard(yard: RunningYard, tenant: Tenant, plan: Plan) -> YardRun:
    most = max(plan.connections)
    answers = empty_answers(yard, most, plan.limit_seconds)
    taken = {n: _singles(yard, tenant, n, plan) for n in plan.connections}
    rate = taken[most].per_second / 2
    delays = start_delays_ms(yard, tenant, rate, most, plan.delay_seconds)
    _tell(yard.stage, f"{percentile(delays, 50):.1f} ms to running at {rate:,.0f} submits/s")
    bulks = [_bulk(yard, tenant, plan) for _ in range(plan.rounds)]
    return YardRun(answers=answers, singles=taken, delays_ms=delays, bulks=bulks)


def _singles(yard: RunningYard, tenant: Tenant, connections: int, plan: Plan) -> Singles:
    taken = singles(yard, tenant, connections, plan)
    _tell(yard.stage, f"{taken.per_second:,.0f} single submits/s, connections: {connections}")
    return taken


def _bulk(yard: RunningYard, tenant: Tenant, plan: Plan) -> Bulk:
    done = bulk(yard, tenant, plan.bulk_items, plan.bulk_requests[yard.stage.kind])
    _tell(yard.stage, f"{done.done_per_second:,.0f} tasks/s from bulk submits, end to end")
    return done


def _tell(stage: Stage, text: str) -> None:
    tell(f"{stage.title}: {text}")
