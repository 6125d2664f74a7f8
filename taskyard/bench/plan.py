"""How much of everything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Counts and times in seconds. ``rounds`` of throughput are run, and their median is shown.

    A flood is ``flood_bulks`` of ``flood_items``; ``flood_seconds`` is how long a quiet tenant's
    starts are watched from its beginning.
    """

    connections: tuple[int, ...] = (1, 16, 32)
    warm_seconds: float = 1.0
    single_seconds: float = 7.0
    bulk_items: int = 10_000
    bulk_requests: Mapping[str, int] = field(default_factory=lambda: {"postgresql": 2, "sqlite": 1})
    rounds: int = 3
    delay_seconds: float = 7.0
    peer_tasks: Mapping[str, int] = field(default_factory=lambda: {"redis": 2500, "sql": 1000})
    peer_delay_seconds: float = 5.0
    limit_seconds: float = 2.0
    quiet_samples: int = 60
    flood_bulks: int = 2
    flood_items: int = 10_000
    flood_seconds: float = 7.0
    flood_pairs: int = 3
    extraction_files: int = 200
    extraction_rounds: int = 3
    hearing_seconds: float = 60.0
    search_chunks: int = 50_000
    search_questions: int = 200
    links: int = 10_000
    page_rows: int = 1_000_000
    page_samples: int = 100
    streams: int = 500


FULL = Plan()
QUICK = Plan(
    warm_seconds=0.5,
    single_seconds=2.5,
    rounds=1,
    delay_seconds=3.0,
    peer_delay_seconds=2.0,
    limit_seconds=1.0,
    quiet_samples=20,
    flood_items=5_000,
    flood_seconds=4.0,
    flood_pairs=1,
    extraction_rounds=1,
    hearing_seconds=30.0,
    search_questions=60,
    page_rows=200_000,
    page_samples=30,
)
