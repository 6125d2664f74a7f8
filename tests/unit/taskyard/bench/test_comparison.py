from __future__ import annotations

import pytest

from taskyard.bench.comparison import figures
from taskyard.bench.figure import Figure
from taskyard.bench.peer import Peer
from taskyard.bench.store_run import StoreRun, YardRun
from taskyard.bench.submits import Bulk, Singles

YARD = YardRun(
    answers=4000.0,
    singles={1: Singles(400.0, 2.0, 5.0), 32: Singles(1500.0, 20.0, 31.0)},
    delays_ms=[10.0] * 98 + [20.0, 60.0],
    bulks=[Bulk(9000.0, 4000.0), Bulk(9500.0, 5000.0), Bulk(100.0, 60.0)],
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
