"""From what was measured to figures, each beside its peer or limit of the same run. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from taskyard.bench.extraction import ExtractionRun
from taskyard.bench.fairness import FairnessRun
from taskyard.bench.figure import Beside, Figure, middle, percentile
from taskyard.bench.hearing import HearingRun
from taskyard.bench.search import SearchRun
from taskyard.bench.servers import ServersRun
from taskyard.bench.store_run import StoreRun

AIMS = {"postgresql": {"singles": "≥ 1.5", "done": "≥ 6"}}
"""What the ratios should be on the store of production, on two quiet cores."""
FAIRNESS_AIMS = {"quiet": "≤ 3, and ≤ 1 s", "floods": "≥ 0.9"}
"""What fairness should give and may cost, on any store."""

EXTRACTION_AIM = "≥ 0.8"
"""How much of the bare library's rate is left in the whole yard."""
SEARCH_AIM = "≤ 100 ms"
"""What a search may take, on any store."""
SERVERS_AIMS = {"postgresql": "≥ 1,000/s"}
"""How many reports a second should be taken in bulk, on the store of production."""
PAGE_AIM = "≤ 1.2"
"""What a far page may cost, in first pages."""
HEARING_AIM = "≥ 3"
"""How many times faster than it is spoken a recording should be heard, on two cores."""


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


def fairness_figures(run: FairnessRun) -> list[Figure]:
    """The lines of the table about fairness on one store."""
    return [*_quiet(run), *_floods(run)]


def _quiet(run: FairnessRun) -> Iterator[Figure]:
    for percent in (50, 95):
        idle = percentile([start.milliseconds for start in run.idle], percent)
        yield Figure(
            store=run.title,
            name=f"quiet tenant under another's flood, submit to running, p{percent}",
            value=percentile([start.milliseconds for start in run.flooded], percent),
            unit="ms",
            beside=Beside(f"the same on an idle yard, p{percent}", idle),
            aim=FAIRNESS_AIMS["quiet"] if percent == 95 else "",
        )


def _floods(run: FairnessRun) -> Iterator[Figure]:
    for accounts, pairs in run.floods.items():
        first_come = middle([pair.first_come for pair in pairs])
        plural = "" if accounts == 1 else "s"
        yield Figure(
            store=run.title,
            name=f"flood of {accounts} account{plural}, end to end",
            value=middle([pair.fair for pair in pairs]),
            unit="/s",
            beside=Beside("the same first come, first served", first_come),
            aim=FAIRNESS_AIMS["floods"],
            ratios=tuple(pair.ratio for pair in pairs),
        )


def extraction_figures(run: ExtractionRun) -> list[Figure]:
    """The line of the table about reading files on one store."""
    pairs = zip(run.through_yard, run.bare, strict=True)
    return [
        Figure(
            store=run.title,
            name=f"extraction of {run.files} mixed files, uploads included",
            value=middle(run.through_yard),
            unit="/s",
            beside=Beside("kreuzberg in a loop", middle(run.bare)),
            aim=EXTRACTION_AIM,
            ratios=tuple(yard / bare for yard, bare in pairs),
        )
    ]


def search_figures(run: SearchRun) -> list[Figure]:
    """The lines of the table about searching on one store."""
    return [
        Figure(
            store=run.title,
            name=f"search of {run.chunks:,} chunks, p{percent}",
            value=percentile(run.searches_ms, percent),
            unit="ms",
            beside=Beside(
                f"numpy's bare product, p{percent}", percentile(run.products_ms, percent)
            ),
            aim=SEARCH_AIM if percent == 95 else "",
        )
        for percent in (50, 95)
    ]


def hearing_figures(run: HearingRun) -> list[Figure]:
    """The line of the table about transcription on one store."""
    return [
        Figure(
            store=run.title,
            name=f"transcription of {run.audio_seconds:.0f} s of speech, seconds",
            value=run.speed,
            unit="/s",
            beside=Beside("real time", 1.0),
            aim=HEARING_AIM,
        )
    ]


def servers_figures(run: ServersRun) -> list[Figure]:
    """The lines of the table about remote servers on one store."""
    limit = Beside("rows that the bare store updates, 500 at once", run.updates)
    first = Beside("the first page, p50", percentile(run.first_page_ms, 50))
    return [
        Figure(
            store=run.title,
            name=f"{run.links:,} tasks claimed by 20 servers, 500 at once",
            value=run.claims,
            unit="/s",
            beside=limit,
        ),
        Figure(
            store=run.title,
            name=f"{run.links:,} tasks reported by 20 servers, 500 at once",
            value=run.reports,
            unit="/s",
            beside=limit,
            aim=SERVERS_AIMS.get(run.kind, ""),
        ),
        Figure(
            store=run.title,
            name=f"page 100 of a server's {run.rows:,} tasks, by cursor, p50",
            value=percentile(run.far_page_ms, 50),
            unit="ms",
            beside=first,
            aim=PAGE_AIM,
        ),
    ]
