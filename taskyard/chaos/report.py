"""A verdict as a table, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from taskyard import table
from taskyard.chaos.timeline import Step
from taskyard.chaos.verdict import Recovery, Verdict

HEADING = ("fault", "done", "longest recovery", "bound", "")
MOST_SHOWN = 20
"""So many violations are shown with their transitions."""


def as_table(verdict: Verdict) -> list[str]:
    """The figures, the faults, and every violation with its task's transitions."""
    lines = table.lines((name, f"{value:,}") for name, value in verdict.figures.items())
    if verdict.recoveries:
        lines += ["", *table.lines([HEADING, *map(_row, verdict.recoveries)])]
    lines += ["", *_violations(verdict)] if verdict.violations else []
    return lines


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The same, for programs."""
    return {
        "clean": verdict.is_clean,
        **{name.replace(" ", "_"): value for name, value in verdict.figures.items()},
        "faults": [_fault(recovery) for recovery in verdict.recoveries],
        "violations": [
            {
                "rule": violation.rule.value,
                "task_id": violation.task_id,
                "sentence": violation.sentence,
                "transitions": [_step(s) for s in _steps(verdict, violation.task_id)],
            }
            for violation in verdict.violations
        ],
    }


def _row(recovery: Recovery) -> tuple[str, ...]:
    return (
        recovery.kind.name,
        str(recovery.done),
        _seconds(recovery.longest_seconds),
        f"≤ {recovery.kind.bound_seconds:g} s",
        "; ".join(_remarks(recovery)),
    )


def _remarks(recovery: Recovery) -> Iterator[str]:
    if not recovery.is_within_bound:
        yield "beyond its bound"
    if recovery.restarted:
        yield f"restarted: {', '.join(recovery.restarted)}"
    if recovery.overtaken:
        longest = _seconds(recovery.longest_overtaken_seconds)
        yield f"{recovery.overtaken} overtaken by the next fault, up to {longest}"
    if recovery.unseen:
        yield f"{recovery.unseen} hit nothing"


def _fault(recovery: Recovery) -> dict[str, Any]:
    return {
        "fault": recovery.kind.name,
        "part": recovery.kind.part.value,
        "done": recovery.done,
        "longest_recovery_seconds": recovery.longest_seconds,
        "bound_seconds": recovery.kind.bound_seconds,
        "within_bound": recovery.is_within_bound,
        "overtaken": recovery.overtaken,
        "longest_overtaken_seconds": recovery.longest_overtaken_seconds,
        "hit_nothing": recovery.unseen,
        "restarted": list(recovery.restarted),
    }


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def _violations(verdict: Verdict) -> Iterator[str]:
    for violation in verdict.violations[:MOST_SHOWN]:
        whose = f" task {violation.task_id}" if violation.task_id else ""
        yield f"{violation.rule.upper()}:{whose}: {violation.sentence}"
        steps = _steps(verdict, violation.task_id)
        if steps:
            yield from (f"    {line}" for line in table.lines(map(_cells, steps)))
    if len(verdict.violations) > MOST_SHOWN:
        yield f"… and {len(verdict.violations) - MOST_SHOWN} more (--json has all of them)"


def _steps(verdict: Verdict, task_id: str | None) -> Sequence[Step]:
    return verdict.history.steps.get(task_id, ()) if task_id else ()


def _cells(step: Step) -> tuple[str, ...]:
    return (
        step.at.isoformat(sep=" ", timespec="milliseconds"),
        f"{step.source or '(new)'} → {step.target}",
        f"attempt {step.attempt}",
        step.actor,
        step.reason or "",
    )


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": step.source,
        "to": step.target,
        "attempt": step.attempt,
        "actor": step.actor,
        "reason": step.reason,
        "at": step.at,
    }
