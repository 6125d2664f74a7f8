from __future__ import annotations

import orjson
import pytest

from taskyard.bench.figure import Beside, Figure
from taskyard.bench.report import amount, as_json, as_table

FIGURES = [
    Figure(
        store="SQLite",
        name="single submits",
        value=1234.4,
        unit="/s",
        beside=Beside("Celery", 617.2),
        p50_ms=1.26,
        p99_ms=20.0,
        aim="≥ 1.5",
    ),
    Figure(store="SQLite", name="delay", value=3.0, unit="ms", beside=Beside("Celery", 0.0)),
    Figure(store="PostgreSQL", name="bulk", value=50.0, unit="/s", beside=Beside("limit", 100.0)),
]


def test_the_table_has_a_line_for_each_figure_and_names_a_store_once() -> None:
    heading, *lines = as_table(FIGURES)
    assert heading.split()[:2] == ["store", "figure"]
    assert [line.split()[0] for line in lines] == ["SQLite", "delay", "PostgreSQL"]
    assert lines[0].endswith("Celery  617/s      2.00   ≥ 1.5")
    assert {"1,234/s", "1.3", "20.0"} <= set(lines[0].split())


def test_a_ratio_that_there_is_not_is_a_dash() -> None:
    assert as_table(FIGURES)[2].split()[-1] == "-"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.04, "ms", "0.0 ms"),
        (1234.56, "ms", "1234.6 ms"),
        (12345.6, "/s", "12,346/s"),
        (float("nan"), "/s", "-"),
    ],
)
def test_amounts_are_short(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_the_json_holds_the_machine_and_every_figure_with_its_ratio() -> None:
    told = orjson.loads(as_json({"cores": 2}, FIGURES))
    assert told["machine"] == {"cores": 2}
    assert [figure["ratio"] for figure in told["figures"]] == [2.0, None, 0.5]
    assert told["figures"][0]["beside"] == {"name": "Celery", "value": 617.2}
