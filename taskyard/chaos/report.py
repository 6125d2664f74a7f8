"""A judgement as a table, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from taskyard import table
from taskyard.chaos.judgement import Judgement, Recovery
from taskyard.chaos.plan import Plan
from taskyard.chaos.timeline import Step

HEADING = ("fault", "done", "longest recovery", "bound", "")
MOST_SHOWN = 20
"""So many violations are shown with their transitions."""


def as_table(plan: Plan, judgement: Judgement) -> list[str]:
    """The figures, the faults, every violation with its task's transitions, and the sum of it."""
    figures = ((name, f"{value:,}") for name, value in judgement.figures.items())
    lines = table.lines([*_plan(plan), *figures])
    if judgement.recoveries:
        lines += ["", *table.lines([HEADING, *map(_row, judgement.recoveries)])]
    else:
        lines += ["", "No fault fitted into that time."]
    lines += ["", *_violations(judgement)] if judgement.violations else []
    return [*lines, "", _sum(len(judgement.violations))]


def as_json(plan: Plan, judgement: Judgement) -> dict[str, Any]:
    """The same, for programs."""
    return {
        "account": plan.account,
        "seed": plan.seed,
        "rate": plan.rate,
        "minutes": plan.minutes,
        "clean": judgement.is_clean,
        **{name.replace(" ", "_"): value for name, value in judgement.figures.items()},
        "faults": [_fault(recovery) for recovery in judgement.recoveries],
        "violations": [
            {
                "promise": violation.promise.value,
                "task_id": violation.task_id,
                "sentence": violation.sentence,
                "transitions": [_step(s) for s in _steps(judgement, violation.task_id)],
            }
            for violation in judgement.violations
        ],
    }


def _plan(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "account", plan.account
    yield "seed", str(plan.seed)
    yield "tasks a second", f"{plan.rate:g}"
    if plan.minutes is not None:
        yield "minutes", f"{plan.minutes:g}"


def _sum(broken: int) -> str:
    if not broken:
        return "Every promise was kept."
    return "1 promise was broken." if broken == 1 else f"{broken:,} promises were broken."


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


def _violations(judgement: Judgement) -> Iterator[str]:
    for violation in judgement.violations[:MOST_SHOWN]:
        whose = f" task {violation.task_id}" if violation.task_id else ""
        yield f"{violation.promise.upper()}:{whose}: {violation.sentence}"
        steps = _steps(judgement, violation.task_id)
        if steps:
            yield from (f"    {line}" for line in table.lines(map(_cells, steps)))
    if len(judgement.violations) > MOST_SHOWN:
        yield f"… and {len(judgement.violations) - MOST_SHOWN} more (--json has all of them)"


def _steps(judgement: Judgement, task_id: str | None) -> Sequence[Step]:
    return judgement.history.steps.get(task_id, ()) if task_id else ()


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
