"""The figures as one table, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any

import orjson

from taskyard import table
from taskyard.bench.figure import Figure

HEADING = ("store", "figure", "value", "p50", "p99", "beside", "its value", "ratio", "aim")


def as_table(figures: Iterable[Figure]) -> list[str]:
    """One line for each figure below a heading; a new store's name is written once."""
    rows: list[Sequence[str]] = [HEADING]
    last = ""
    for figure in figures:
        rows.append((figure.store if figure.store != last else "", *_cells(figure)))
        last = figure.store
    return table.lines(rows)


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        amount(figure.value, figure.unit),
        _latency(figure.p50_ms),
        _latency(figure.p99_ms),
        figure.beside.name,
        amount(figure.beside.value, figure.unit),
        "-" if isnan(figure.ratio) else f"{figure.ratio:.2f}",
        figure.aim,
    )


def amount(value: float, unit: str) -> str:
    """A rate or a latency, in three digits or so."""
    if isnan(value):
        return "-"
    if unit == "ms":
        return f"{value:.1f} ms"
    return f"{value:,.0f}{unit}"


def _latency(value: float | None) -> str:
    return "" if value is None else amount(value, "ms")


def as_json(machine: Mapping[str, Any], figures: Iterable[Figure]) -> bytes:
    """Everything, for those who compare runs."""
    listed = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    return orjson.dumps({"machine": machine, "figures": listed}, option=orjson.OPT_INDENT_2)
