"""Why a task is not running: the first reason that holds, and its sentence. Pure.

The reasons are looked at in the order in which a task passes them on its way: parents, time,
type, pause, limit, mutex, server, turn; then the worker or the server that is to take it, or the
people who answer it. What is final or runs at a worker or a server waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.tasks.line import Place
from shared.tasks.mutex import Busy, Closure
from shared.tasks.reason import Bound, Reason, WaitingFor, time_text
from shared.tasks.rules import YARD, Rule, RuleKey, Scope
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task
from shared.tasks.waiting_servers import Offer, assigned, no_server

FIRST = Place()
MOST_NAMED = 3
"""So many parents are named in the sentence."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that concerns the task, and how many tasks run or are handed out under it."""

    rule: Rule
    running: int = 0


@dataclass(frozen=True, slots=True)
class CampaignPause:
    """The task's campaign is paused."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is to know beside the task's own row."""

    now: datetime
    is_known: bool = True
    parents: tuple[str, ...] = ()
    rules: tuple[Applied, ...] = ()
    closures: tuple[Closure, ...] = ()
    busy: tuple[Busy, ...] = ()
    campaign: CampaignPause | None = None
    offers: tuple[Offer, ...] = ()
    place: Place = FIRST
    given: int = 0


def decide(task: Task, facts: Facts) -> WaitingFor | None:
    """The first reason that holds. Pure."""
    if task.status is Status.RUNNING:
        return _answers(task, facts) if task.holder == PEOPLE else None
    if task.status is Status.QUEUED:
        return (
            _worker(task, facts)
            if task.server_id is None
            else assigned(task, facts.offers, facts.now)
        )
    if task.status is not Status.PENDING:
        return None
    tries: tuple[Callable[[Task, Facts], WaitingFor | None], ...] = (
        _parents, _time, _campaign, _type, _pause, _limit, _mutex, _server
    )  # fmt: skip
    found = (reason(task, facts) for reason in tries)
    return next(filter(None, found), None) or _turn(task, facts)


def is_early(task: Task, now: datetime) -> bool:
    """Whether the time that a pending task waits for has not come. Pure."""
    return not task.due and task.not_before is not None and task.not_before > now


def rule_text(key: RuleKey) -> str:
    """What a rule that concerns a task is about, in the words of that task. Pure."""
    if key.scope is Scope.ACCOUNT:
        return "account"
    return f"{key.scope} {key.name}{'' if key.owner_id == YARD else ' (for this account)'}"


def _parents(task: Task, facts: Facts) -> WaitingFor | None:
    if not task.blocked_by:
        return None
    count = len(facts.parents) or task.blocked_by
    ending = "s" if count == 1 else ""
    detail = {
        "any": f"It waits until one of {_tasks(count)} completes",
        "finished": f"It waits until {_tasks(count)} end{ending}",
    }.get(task.after_policy or "", f"It waits until {_tasks(count)} complete{ending}")
    named = f": {_ids(facts.parents)}" if facts.parents else ""
    return WaitingFor(reason=Reason.PARENTS, detail=f"{detail}{named}.", task_ids=facts.parents)


def _ids(ids: Sequence[str]) -> str:
    more = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _time(task: Task, facts: Facts) -> WaitingFor | None:
    if task.not_before is None or not is_early(task, facts.now):
        return None
    at, failures = time_text(task.not_before), task.retry_count
    detail = f"It is not to start before {at}."
    if failures:
        detail = f"It failed and is tried again at {at}: retry {failures} of {task.max_retries}."
    return WaitingFor(reason=Reason.TIME, detail=detail, until=task.not_before)


def _server(task: Task, facts: Facts) -> WaitingFor | None:
    return no_server(task, facts.offers)


def _campaign(_task: Task, facts: Facts) -> WaitingFor | None:
    if facts.campaign is None:
        return None
    since = facts.campaign.since
    detail = f"The campaign {facts.campaign.name} is paused since {time_text(since)}."
    return WaitingFor(reason=Reason.PAUSE, detail=detail, since=since)


def _type(task: Task, facts: Facts) -> WaitingFor | None:
    if facts.is_known:
        return None
    return WaitingFor(
        reason=Reason.TYPE, detail=f"No process here knows the task type {task.type} now."
    )


def _pause(_task: Task, facts: Facts) -> WaitingFor | None:
    paused = _first(facts.rules, lambda one: one.rule.is_paused)
    if paused is None or paused.rule.paused_at is None:
        return None
    key, since = paused.rule.key, paused.rule.paused_at
    detail = f"The {rule_text(key)} is paused since {time_text(since)}, by {paused.rule.paused_by}."
    return WaitingFor(reason=Reason.PAUSE, detail=detail, rule=key, since=since)


def _limit(_task: Task, facts: Facts) -> WaitingFor | None:
    full = _first(facts.rules, is_full)
    if full is not None and full.rule.max_running is not None:
        most = full.rule.max_running
        return WaitingFor(
            reason=Reason.LIMIT,
            detail=f"The {rule_text(full.rule.key)} may have {_tasks(most)} running or handed out "
            f"at once, and has {full.running}.",
            rule=full.rule.key,
            bound=Bound.MAX_RUNNING,
            allowed=most,
            running=full.running,
        )
    empty = _first(facts.rules, lambda one: one.rule.tokens_at(facts.now) < 1)
    if empty is None or empty.rule.per_second is None:
        return None
    return WaitingFor(
        reason=Reason.LIMIT,
        detail=_rate_text(empty.rule.key, empty.rule.per_second),
        rule=empty.rule.key,
        bound=Bound.PER_SECOND,
        allowed=empty.rule.per_second,
    )


def _mutex(_task: Task, facts: Facts) -> WaitingFor | None:
    if facts.closures:
        longest = facts.closures[0]
        return WaitingFor(reason=Reason.MUTEX, detail=longest.reason, until=longest.until)
    if not facts.busy:
        return None
    first, place = facts.busy[0], facts.place
    about = "more than" if place.is_more else "about"
    goes = "goes" if place.before == 1 else "go"
    others = f", and {about} {_tasks(place.before)} {goes} first" if place.before else ""
    kind = first.mutex.partition("/")[0]
    return WaitingFor(
        reason=Reason.MUTEX,
        detail=f"Task {first.number} has the {kind} now{others}.",
        task_ids=tuple(dict.fromkeys(one.task_id for one in facts.busy)),
        place=place,
    )


def _rate_text(key: RuleKey, per_second: float) -> str:
    whose = "this account" if key.scope is Scope.ACCOUNT else f"the {rule_text(key)}"
    tasks, are = ("task", "is") if per_second == 1 else ("tasks", "are")
    return f"Only {per_second:g} {tasks} a second of {whose} {are} handed out."


def _turn(task: Task, facts: Facts) -> WaitingFor:
    place = facts.place
    if not place.before:
        detail = f"It is the next of its line: it waits for room in the queue {task.queue}."
    else:
        about = "More than" if place.is_more else "About"
        go = "goes" if place.before == 1 else "go"
        detail = f"{about} {_tasks(place.before)} of the queue {task.queue} {go} first."
    return WaitingFor(reason=Reason.TURN, detail=detail, place=place)


def _worker(task: Task, facts: Facts) -> WaitingFor:
    since = task.queued_at or facts.now
    more = "more than " if facts.place.is_more else ""
    behind = f", behind {more}{_tasks(facts.place.before)}" if facts.place.before else ""
    detail = (
        f"It was handed out to the queue {task.queue} at {time_text(since)}{behind}; "
        "no worker has taken it yet."
    )
    return WaitingFor(reason=Reason.WORKER, detail=detail, since=since, place=facts.place)


def _answers(task: Task, facts: Facts) -> WaitingFor:
    wanted = facts.given + task.answers_wanted
    by = f", until {time_text(task.deadline_at)}" if task.deadline_at else ""
    return WaitingFor(
        reason=Reason.ANSWERS,
        detail=f"It waits for answers of people{by}: {facts.given} of {wanted} are there.",
        until=task.deadline_at,
        given=facts.given,
        wanted=wanted,
    )


def is_full(applied: Applied) -> bool:
    """Whether as many run as the rule allows. Pure."""
    most = applied.rule.max_running
    return most is not None and applied.running >= most


def _first(rules: Iterable[Applied], holds: Callable[[Applied], bool]) -> Applied | None:
    return next(filter(holds, rules), None)


def _tasks(count: int) -> str:
    return f"{count:,} task" if count == 1 else f"{count:,} tasks"
