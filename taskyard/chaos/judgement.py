"""What came of a run: its figures, its violations, and how long every recovery took. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.tasks.status import Status
from taskyard.chaos import recovery
from taskyard.chaos.check import check
from taskyard.chaos.fault import FaultKind, Strike
from taskyard.chaos.history import History
from taskyard.chaos.journal import Journal
from taskyard.chaos.timeline import Timeline
from taskyard.chaos.violation import Promise, Violation


@dataclass(frozen=True, slots=True)
class Recovery:
    """One kind of fault: how often it was done, and the longest that its recoveries took.

    Those that were ``overtaken`` were not over when the next fault struck, which made them last:
    they are counted apart. ``unseen`` had nothing to show it by.
    """

    kind: FaultKind
    done: int
    longest_seconds: float | None
    overtaken: int
    longest_overtaken_seconds: float | None
    unseen: int
    restarted: tuple[str, ...]

    @property
    def is_within_bound(self) -> bool:
        """Whether it kept what is expected of an idle machine."""
        longest = self.longest_seconds
        return not self.restarted and (longest is None or longest <= self.kind.bound_seconds)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of a run."""

    history: History
    violations: Sequence[Violation]
    recoveries: Sequence[Recovery]
    figures: dict[str, int]

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not self.violations


def judge(history: History, journal: Journal, strikes: Sequence[Strike]) -> Judgement:
    """The judgement on a run."""
    surprises = [Violation(Promise.ANSWER, None, sentence) for sentence in journal.surprises]
    violations = [*check(history), *surprises]
    timeline = Timeline(history.steps, journal.accepted, history.heard)
    return Judgement(
        history, violations, _recoveries(strikes, timeline), _figures(history, journal, violations)
    )


def _figures(history: History, journal: Journal, violations: Iterable[Violation]) -> dict[str, int]:
    ended = Counter(task.status for task in history.tasks.values())
    broken = Counter(violation.promise for violation in violations)
    stored = len(history.tasks.keys() - history.accepted)
    return {
        "accepted": len(history.accepted),
        **{status.value: ended[status] for status in Status if status.is_final},
        "submits refused": journal.counts["refused"],
        "submits without an answer": journal.counts["unknown"],
        "of these stored": stored,
        "cancels confirmed": len(history.canceled),
        "messages repeated": journal.counts["repeated"],
        "notices heard": len({heard.id for heard in history.heard or ()}),
        **{promise.value: broken[promise] for promise in Promise},
        "extra attempts": _extra_attempts(history),
    }


def _extra_attempts(history: History) -> int:
    """Starts that no failure explains: whoever ran the task before was gone."""
    return sum(max(0, t.attempt - 1 - t.retry_count) for t in history.tasks.values())


def _recoveries(strikes: Sequence[Strike], timeline: Timeline) -> list[Recovery]:
    kinds = list(dict.fromkeys(strike.kind for strike in strikes))
    return [_recovery(kind, [s for s in strikes if s.kind is kind], timeline) for kind in kinds]


def _recovery(kind: FaultKind, strikes: Sequence[Strike], timeline: Timeline) -> Recovery:
    spans: list[float] = []
    overtaken: list[float] = []
    for strike in strikes:
        at = recovery.recovered_at(strike, timeline)
        if at is not None:
            is_late = strike.until is not None and at > strike.until
            (overtaken if is_late else spans).append(recovery.seconds(strike, at))
    return Recovery(
        kind=kind,
        done=len(strikes),
        longest_seconds=max(spans, default=None),
        overtaken=len(overtaken),
        longest_overtaken_seconds=max(overtaken, default=None),
        unseen=len(strikes) - len(spans) - len(overtaken),
        restarted=tuple(sorted({name for strike in strikes for name in strike.restarted})),
    )
