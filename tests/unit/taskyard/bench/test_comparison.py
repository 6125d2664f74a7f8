from __future__ import annotations

import pytest

from taskyard.bench.comparison import fairness_figures, figures
from taskyard.bench.fairness import FairnessRun, Pair
from taskyard.bench.figure import Figure
from taskyard.bench.peer import Peer
from taskyard.bench.quiet import Start
from taskyard.bench.store_run import StoreRun, YardRun
from taskyard.bench.submits import Bulk, Singles

YARD = YardRun(
    answers=4000.0,
    singles={1: Singles(400.0, 2.0, 5.0), 32: Singles(1500.0, 20.0, 31.0)},
    delays_ms=[10.0] * 98 + [20.0, 60.0],
    bulks=[Bulk(9000.0, 4000.0), Bulk(9500.0, 5000.0), Bulk(100.0, 60.0)],
)


FAIRNESS = FairnessRun(
    title="SQLite",
    idle=[Start(0.0, 0.002, 0.002, 0.010)] * 19 + [Start(0.0, 0.002, 0.002, 0.020)],
    flooded=[Start(0.0, 0.005, 0.005, 0.015)] * 18 + [Start(0.0, 0.1, 0.2, 0.5)] * 2,
    floods={
        1: [Pair(90.0, 100.0), Pair(50.0, 100.0), Pair(380.0, 400.0)],
        4: [Pair(95.0, 100.0)],
    },
)


def run_on(kind: str) -> dict[tuple[str, str], Figure]:
    """The figures of a run, by name and by what they stand beside."""
    run = StoreRun(
        title=kind,
        kind=kind,
        commits=800.0,
        redis=Peer([2000.0], [500.0, 400.0, 600.0], [5.0] * 99 + [50.0]),
        yard=YARD,
        sql=Peer([2000.0], [200.0], []),
    )
    return {(figure.name, figure.beside.name): figure for figure in figures(run)}


@pytest.mark.parametrize(
    ("name", "beside", "ratio"),
    [
        ("single submits, 1 connection", "one-row commits of the bare store", 0.5),
        ("single submits, 32 connections", "Celery, Redis results, end to end", 3.0),
        ("same, beside the limit", "empty answers, 32 connections", 0.375),
        ("items taken in by bulk submits", "messages sent by Celery's delay()", 4.5),
        ("bulk of ECHO, end to end", "Celery, Redis results, end to end", 8.0),
        ("same, beside the other peer", "Celery, SQL results, end to end", 20.0),
        ("submit to running at half load, p50", "Celery at half of its load, p50", 2.0),
        ("submit to running at half load, p99", "Celery at half of its load, p99", 4.0),
    ],
)
def test_each_figure_stands_beside_its_peer(name: str, beside: str, ratio: float) -> None:
    assert run_on("postgresql")[name, beside].ratio == ratio


@pytest.mark.parametrize(("kind", "aims"), [("postgresql", {"≥ 1.5", "≥ 6", ""}), ("sqlite", {""})])
def test_only_the_store_of_production_has_aims(kind: str, aims: set[str]) -> None:
    assert {figure.aim for figure in run_on(kind).values()} == aims


@pytest.mark.parametrize(
    ("name", "value", "beside", "ratio", "aim"),
    [
        ("quiet tenant under another's flood, submit to running, p50", 15.0, 10.0, 1.5, ""),
        ("quiet tenant under another's flood, submit to running, p95", 500.0, 10.0, 50.0, "≤ 3"),
        ("flood of 1 account, end to end", 90.0, 100.0, 0.9, "≥ 0.9"),
        ("flood of 4 accounts, end to end", 95.0, 100.0, 0.95, "≥ 0.9"),
    ],
)
def test_a_flood_stands_beside_the_idle_yard_and_beside_no_fairness(
    name: str, value: float, beside: float, ratio: float, aim: str
) -> None:
    by_name = {figure.name: figure for figure in fairness_figures(FAIRNESS)}
    figure = by_name[name]
    assert (figure.value, figure.beside.value) == pytest.approx((value, beside))
    assert figure.ratio == pytest.approx(ratio)
    assert figure.aim.startswith(aim)
