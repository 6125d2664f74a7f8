"""The way of a task through the yard: submitted, released, claimed, reported.

Row first: every verb commits and only then sends. A message that gets lost, comes twice or comes
late is harmless, because starting is a guarded UPDATE; the scheduler sends lost ones again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from shared.db import Transaction
from shared.errors import Refused, TaskError, TaskTimeout, Unavailable
from shared.tasks import (
    cancellation,
    handout,
    leases,
    lifecycle,
    reporting,
    requests,
    submission,
)
from shared.tasks import restart as restarting
from shared.tasks.draft import Accepted, Draft
from shared.tasks.loss import Cause
from shared.tasks.messages import Sendable, pack
from shared.tasks.outcome import Failed, Outcome, Stopped
from shared.tasks.room import Rooms
from shared.tasks.secret_fields import comparable, with_sealed
from shared.tasks.singly import together_or_singly
from shared.tasks.task import Task, tasks
from shared.yard import Yard

log = logging.getLogger(__name__)
UNSTORABLE = (DataError, IntegrityError, TypeError)
"""A value that the store refuses, or that is no JSON to begin with; not a store in trouble."""
Send = Callable[[Yard, Sequence[Sendable]], None]
Then = Callable[[Transaction, Sequence[submission.Answer]], None]
SOON = timedelta(seconds=3)
LONG = timedelta(seconds=60)
"""How long a message may take to be started: where none is left in its queue, and at most."""


def send(yard: Yard, rows: Sequence[Sendable]) -> None:
    """Publish messages for rows that are committed as queued; a failure costs only time."""
    sizes = {name: kind.batch_size for name, kind in yard.registry.types.items()}
    messages = pack(rows, sizes)
    if messages and not yard.broker.publish(messages):
        log.warning("%d tasks are stored and will be sent when the broker is back", len(rows))


def submit(
    yard: Yard, drafts: Sequence[Draft], rooms: Rooms | None = None, send: Send = send
) -> list[submission.Answer]:
    """Store ``drafts`` in one commit and hand out those there is room for.

    One answer for each, in order. A row that the store refuses costs only itself: its group is
    tried again in halves. Raises `Unavailable` when nothing was accepted.
    """
    rooms = rooms or Rooms(yard.settings.queue_seconds)
    try:
        drafts = [with_sealed(yard, draft) for draft in drafts]
        stored = yard.store.transact(lambda tx: submission.store(tx, drafts, rooms))
    except UNSTORABLE as error:
        if len(drafts) > 1:
            return _in_halves(yard, drafts, rooms, send)
        log.warning("the store refuses a %s: %s", drafts[0].task_type.name, error)
        return [Refused("The store cannot keep this task.", code="INVALID_FIELD")]
    except Unavailable as error:
        if not error.outcome_unknown:
            raise
        return _once_more(yard, drafts, rooms, send)
    send(yard, stored.queued)
    return stored.answers


def request(
    yard: Yard,
    ask: Callable[[Transaction], Sequence[Draft]],
    rooms: Rooms | None = None,
    send: Send = send,
    then: Then = lambda _, __: None,
) -> list[submission.Answer]:
    """Do ``ask``, which changes rows and answers drafts, and store those in the same commit.

    One answer for each draft, in order; a task that waits for the same already is answered
    instead of a new one (`requests.store`). ``then`` is given the answers before the commit.
    Both run again where the transaction does.
    Raises `Unavailable`; where its ``outcome_unknown`` is set, all of it may have been done.
    """
    view = rooms or Rooms(yard.settings.queue_seconds)
    opened = partial(comparable, yard.settings)
    tried: list[tuple[list[Draft], submission.Stored]] = []

    def store(tx: Transaction) -> submission.Stored:
        drafts = [with_sealed(yard, draft) for draft in ask(tx)]
        tried.append((drafts, requests.store(tx, drafts, view, opened)))
        then(tx, tried[-1][1].answers)
        return tried[-1][1]

    try:
        stored = yard.store.transact(store)
    except Unavailable as error:
        if not (error.outcome_unknown and tried and _are_there(yard, tried[-1][0])):
            raise
        stored = tried[-1][1]
    send(yard, stored.queued)
    return stored.answers


def _are_there(yard: Yard, drafts: Sequence[Draft]) -> bool:
    """Whether a commit whose answer was lost is seen to have stored ``drafts``, or some of them."""
    try:
        return bool(stored_among(yard, drafts))
    except Unavailable:
        return False


def _in_halves(
    yard: Yard, drafts: Sequence[Draft], rooms: Rooms, send: Send
) -> list[submission.Answer]:
    """Each half by itself; a store that goes away meanwhile is the answer of its half alone."""
    middle = len(drafts) // 2
    answers: list[submission.Answer] = []
    for part in (drafts[:middle], drafts[middle:]):
        try:
            answers += submit(yard, part, rooms, send)
        except Unavailable as error:
            answers += [error] * len(part)
    if all(isinstance(answer, Unavailable) for answer in answers):
        raise answers[0]  # type: ignore[misc]
    return answers


def _once_more(
    yard: Yard, drafts: Sequence[Draft], rooms: Rooms, send: Send
) -> list[submission.Answer]:
    """Settle a commit whose outcome is unknown: store the missing ids once more.

    Where the first commit is still on its way, the unique index makes us wait for it, and then
    refuses what it stored.
    """
    unsure = Unavailable("The store went away; the tasks may be stored.", outcome_unknown=True)
    try:
        found = stored_among(yard, drafts)
        missing = [draft for draft in drafts if draft.id not in found]
        stored = yard.store.transact(lambda tx: submission.store(tx, missing, rooms))
    except UNSTORABLE:
        found = stored_among(yard, drafts)
        return [found.get(draft.id, unsure) for draft in drafts]
    except Unavailable as error:
        raise unsure from error
    send(yard, stored.queued)
    answers = dict(zip((draft.id for draft in missing), stored.answers, strict=True))
    return [found.get(draft.id) or answers[draft.id] for draft in drafts]


def stored_among(yard: Yard, drafts: Sequence[Draft]) -> dict[str, Accepted]:
    """Those of ``drafts`` that are stored, by their ids."""
    query = select(tasks.c.id, tasks.c.number, tasks.c.cost_cents)
    with yard.store.read() as tx:
        rows = tx.rows(query.where(tasks.c.id.in_([draft.id for draft in drafts])))
    return {row.id: Accepted(row.id, row.number, row.cost_cents) for row in rows}


def release(yard: Yard, queue: str, rooms: Rooms | None = None) -> int:
    """Hand out due tasks of ``queue`` while there is room; how many went to workers."""
    view = rooms or Rooms(yard.settings.queue_seconds)
    rows = yard.store.transact(lambda tx: handout.hand_out(tx, yard.registry, queue, view))
    send(yard, rows)
    return len(rows)


def claim(yard: Yard, ids: Collection[str], holder: str) -> list[Task]:
    """Start those of ``ids`` that are still queued, as ``holder``, in one statement."""
    lease = timedelta(seconds=yard.settings.lease_seconds)
    return yard.store.transact(
        lambda tx: lifecycle.start(tx, ids, holder=holder, until=tx.now + lease)
    )


def report(yard: Yard, outcomes: Sequence[Outcome], holder: str) -> set[str]:
    """Write how runs ended; the ids that moved. Late reports change nothing.

    An outcome that cannot be written fails its own task, never its neighbours'.
    """
    try:
        return yard.store.transact(lambda tx: reporting.apply(tx, yard.registry, outcomes, holder))
    except (Unavailable, MemoryError):  # neither says anything about the outcomes
        raise
    except Exception as error:
        if len(outcomes) > 1:
            return {i for outcome in outcomes for i in report(yard, [outcome], holder)}
        if isinstance(outcomes[0], Failed):
            raise
        log.warning("the store refuses a result: %s", error)
        refusal = TaskError(
            "The store cannot keep the result.", retryable=False, code="RESULT_REFUSED"
        )
        return report(yard, [Failed(outcomes[0].task, refusal)], holder)


def extend(yard: Yard, ids: Collection[str], holder: str) -> list[leases.Extended]:
    """Extend the leases of what ``holder`` runs of ``ids``."""
    seconds = yard.settings.lease_seconds
    return yard.store.transact(lambda tx: leases.extend(tx, holder, ids, seconds))


def lose(
    yard: Yard,
    holder: str,
    cause: Cause,
    ids: Collection[str] | None = None,
    *,
    actor: str,
    started_by: datetime | None = None,
) -> int:
    """Take back what ``holder`` runs (of ``ids``) because it is gone; how many moved.

    ``holder`` may be a worker's name followed by a slash: every incarnation of it. What was
    started after ``started_by`` has a living holder.
    """
    alone = ids is not None and len(ids) == 1

    def work(tx: Transaction) -> int:
        held = leases.held_by(tx, holder, ids, started_by)
        if cause is Cause.TIME_LIMIT and alone:
            return _time_out(tx, yard, held, actor)
        return leases.lose(tx, held, cause, alone=alone, actor=actor)

    return yard.store.transact(work)


def _time_out(tx: Transaction, yard: Yard, held: Sequence[Task], actor: str) -> int:
    """A task that ran into the hard limit by itself has failed; its policy says what follows."""
    outcomes: list[Outcome] = []
    for task in held:
        kind = yard.registry.get(task.type)
        limit = kind.time_limit_seconds if kind else 0.0
        stopped = task.cancel_requested_at is not None
        outcomes.append(Stopped(task) if stopped else Failed(task, TaskTimeout(limit)))
    return len(reporting.apply(tx, yard.registry, outcomes, actor))


def rescue(yard: Yard) -> int:
    """Take back running tasks whose lease is over; how many moved."""

    def move(tx: Transaction, task_id: str | None) -> int:
        lapsed = leases.lapsed(tx, task_id)
        return leases.lose(tx, lapsed, Cause.LEASE_LAPSED, alone=True, actor="scheduler")

    return together_or_singly(yard, move, leases.lapsed_ids)


def send_lost(yard: Yard) -> int:
    """Send queued tasks again whose messages are gone; how many.

    A broker without our mark was emptied: whatever was queued by now is sent again. Else a queue
    that has no message left while rows wait in it has lost them; where messages remain, only what
    waits far too long is sent again.
    """
    is_emptied = not yard.broker.is_marked()
    with yard.store.read() as tx:
        now = tx.now
        waiting = handout.unstarted_queues(tx, now if is_emptied else now - SOON)
    lost = sum(_send_again(yard, queue, now, is_emptied) for queue in waiting)
    if is_emptied:
        yard.broker.mark()
    if lost:
        log.info("sent %d tasks again that no worker had started", lost)
    return lost


def _send_again(yard: Yard, queue: str, now: datetime, is_emptied: bool) -> int:
    before = now
    if not is_emptied:
        before -= SOON if yard.broker.depth(queue) == 0 else LONG
    sent = 0
    while True:
        rows = yard.store.transact(lambda tx: handout.hand_out_again(tx, queue, before))
        send(yard, rows)
        sent += len(rows)
        if len(rows) < handout.SEND_AT_ONCE:
            return sent


def cancel(yard: Yard, task_id: str, account_id: str, actor: str) -> Task:
    """Cancel the account's task; see `cancellation.cancel`."""
    return yard.store.transact(lambda tx: cancellation.cancel(tx, task_id, account_id, actor=actor))


def restart(yard: Yard, task_id: str, account_id: str, actor: str) -> Task:
    """Try the account's failed task again; see `restart.restart`."""
    return yard.store.transact(lambda tx: restarting.restart(tx, task_id, account_id, actor=actor))
