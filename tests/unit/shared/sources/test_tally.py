"""How a sync counts."""

from __future__ import annotations

from shared.sources.tally import MOST_FAILURES, Tally


def test_counts_go_on_where_an_earlier_attempt_stopped() -> None:
    earlier = {"added": 3, "updated": 1, "removed": 2, "filesTotal": "odd"}
    tally = Tally.begin(10, 9, earlier)
    assert (tally.added, tally.updated, tally.removed, tally.unchanged) == (3, 1, 2, 5)
    assert (tally.processed, tally.percent) == (9, 90.0)
    assert tally.one_more("added").percent == 100.0


def test_an_empty_source_is_done_at_once() -> None:
    assert Tally.begin(0, 0, {}).percent == 100.0


def test_only_so_many_failures_are_named() -> None:
    tally = Tally(total=1000)
    for number in range(MOST_FAILURES + 5):
        tally = tally.with_failure(str(number), "broken")
    told = tally.metadata()
    assert (told["filesFailed"], len(told["failed"])) == (MOST_FAILURES + 5, MOST_FAILURES)
