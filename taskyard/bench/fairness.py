"""Whether one tenant's flood keeps another waiting, and what it costs that it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from taskyard.bench.figure import percentile
from taskyard.bench.flood import flood
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.quiet import Start, flooded_starts, idle_starts, steps
from taskyard.bench.running_yard import RunningYard, running_yard
from taskyard.bench.stage import Stage
from taskyard.bench.tenant import Tenant, new_tenant

FAIR: Mapping[str, str] = {}
FIRST_COME = {"TASKYARD_QUEUE_SECONDS": "3600"}
"""So much work may sit in the broker that everything is handed out as it comes."""
TENANTS = 4
WARM_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Tasks per second of the same flood, handed out fairly and first come, first served."""

    fair: float
    first_come: float

    @property
    def ratio(self) -> float:
        """What fairness leaves of the throughput."""
        return self.fair / self.first_come


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessRun:
    """What was measured on one store; the pairs of floods by how many accounts sent them."""

    title: str
    idle: list[Start]
    flooded: list[Start]
    floods: Mapping[int, list[Pair]]


def measure_fairness(stage: Stage, plan: Plan) -> FairnessRun:
    """Measure one after the other; nothing else of ours runs meanwhile."""
    quiet = new_tenant(stage, "quiet")
    loud = [new_tenant(stage, f"loud-{n}") for n in range(TENANTS)]
    with running_yard(stage, quiet) as yard:
        _warm(yard, loud[0])
        idle = idle_starts(yard, quiet, plan)
        _tell_starts(stage, "an idle yard", idle)
        flooded = flooded_starts(yard, quiet, loud[0], plan)
        _tell_starts(stage, "a flooded yard", flooded)
    rates = list(_rates(stage, loud, plan))
    floods = {n: pairs([(is_fair, done[n]) for is_fair, done in rates]) for n in (1, TENANTS)}
    return FairnessRun(title=stage.title, idle=idle, flooded=flooded, floods=floods)


def rounds(count: int) -> list[bool]:
    """Whether each round of so many pairs is a fair one; every other pair the other way. Pure.

    What drifts on a machine thus favours neither, and half of the restarts are saved.
    """
    return [is_fair for n in range(count) for is_fair in ((True, False), (False, True))[n % 2]]


def pairs(rates: Sequence[tuple[bool, float]]) -> list[Pair]:
    """Each two rounds that followed one another, given as `rounds` orders them. Pure."""
    by_two = [dict(rates[n : n + 2]) for n in range(0, len(rates), 2)]
    return [Pair(fair=two[True], first_come=two[False]) for two in by_two]


def _rates(
    stage: Stage, loud: Sequence[Tenant], plan: Plan
) -> Iterator[tuple[bool, dict[int, float]]]:
    """Tasks per second of each round's floods, by the number of accounts that send them."""
    for is_fair, same in groupby(rounds(plan.flood_pairs)):
        with running_yard(stage, loud[0], FAIR if is_fair else FIRST_COME) as yard:
            _warm(yard, loud[0])
            for _ in same:
                done = {n: _rate(yard, loud[:n], plan) for n in (1, len(loud))}
                words = "fairly" if is_fair else "first come, first served"
                told = ", ".join(f"{r:,.0f} tasks/s of {n}" for n, r in done.items())
                tell(f"{stage.title}: {told} accounts, handed out {words}")
                yield is_fair, done


def _rate(yard: RunningYard, tenants: Sequence[Tenant], plan: Plan) -> float:
    """A flood of always the same size, by two requests or one of each tenant."""
    senders = [*tenants] if len(tenants) > 1 else [*tenants] * plan.flood_bulks
    items = plan.flood_bulks * plan.flood_items // len(senders)
    return flood(yard, senders, items).per_second


def _warm(yard: RunningYard, tenant: Tenant) -> None:
    """Let every process of the yard have done everything once."""
    flood(yard, [tenant], WARM_ITEMS)


def _tell_starts(stage: Stage, where: str, starts: Sequence[Start]) -> None:
    p50, p95 = (percentile([s.milliseconds for s in starts], p) for p in (50, 95))
    told = f"{p50:.1f} ms to running on {where}, p95 {p95:.1f} ms ({len(starts)} tasks)"
    tell(f"{stage.title}: {told}; p95 of the steps: {steps(starts, 95)}")
