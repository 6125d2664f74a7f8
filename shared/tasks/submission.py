"""Drafts become rows: paid for, put behind their parents, and handed out where there is room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shared.accounts import ledger
from shared.db import Transaction
from shared.errors import CreditsExhausted, Refused, Unavailable
from shared.tasks import lifecycle, mutex, parents
from shared.tasks.draft import Accepted, Draft
from shared.tasks.insertion import Inserted, insert_tasks
from shared.tasks.plane import is_for_people, validations_needed
from shared.tasks.room import Rooms, is_solo, units_of
from shared.tasks.rules import rules_about

Answer = Accepted | Refused | Unavailable


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer for each draft, and the rows that workers are to be told of."""

    answers: list[Answer]
    queued: Inserted


def store(tx: Transaction, drafts: Sequence[Draft], rooms: Rooms | None) -> Stored:
    """Write ``drafts`` in the order given; those that cannot be had are answered `Refused`.

    Without ``rooms`` they all stay pending, and the scheduler hands them out.
    """
    refused: dict[str, Refused] = {}
    _admit(tx, drafts, refused)
    blocked = _blocked(tx, [d for d in drafts if d.id not in refused], refused)
    _hold(tx, [d for d in drafts if d.id not in refused], refused)
    accepted = [d for d in drafts if d.id not in refused]
    free = _free(tx, [d for d in accepted if d.id not in blocked]) if rooms else []
    queued, ahead = _handed_out(tx, free, rooms) if rooms else (set(), set())
    inserted = insert_tasks(tx, accepted, queued, ahead, blocked)
    parents.remember(tx, accepted)
    mutex.remember(tx, accepted)
    lifecycle.fail_children(tx, [d.id for d in accepted if blocked.get(d.id) == DOOMED])
    people = _ask_people(tx, accepted, queued)
    numbers = {row.id: row.number for row in inserted}
    answers: list[Answer] = [
        refused.get(d.id) or Accepted(d.id, numbers[d.id], d.cost_cents) for d in drafts
    ]
    return Stored(answers, [r for r in inserted if r.id in queued and r.id not in people])


DOOMED = -1
"""The counter of a task whose parents can never satisfy it."""


def _admit(tx: Transaction, drafts: Sequence[Draft], refused: dict[str, Refused]) -> None:
    """Ask the types that look at what their payloads name."""
    asked: defaultdict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.task_type.admit is not None:
            asked[draft.task_type.name, draft.account_id].append(draft)
    for (_, account_id), group in asked.items():
        admit = group[0].task_type.admit
        answers = admit(tx, account_id, [d.payload for d in group]) if admit else ()
        refused.update((d.id, no) for d, no in zip(group, answers, strict=True) if no is not None)


def _blocked(
    tx: Transaction, drafts: Sequence[Draft], refused: dict[str, Refused]
) -> dict[str, int]:
    """How many parents each draft waits for; a draft with unknown parents is refused."""
    blocked: dict[str, int] = {}
    for draft in (d for d in drafts if d.after):
        try:
            left = parents.outlook(draft.after_policy, parents.locked_statuses(tx, draft))
        except Refused as error:
            refused[draft.id] = error
            continue
        if left != 0:
            blocked[draft.id] = DOOMED if left is None else left
    return blocked


def _hold(tx: Transaction, drafts: Sequence[Draft], refused: dict[str, Refused]) -> None:
    items = [ledger.Item(d.account_id, d.id, d.cost_cents) for d in drafts if d.cost_cents]
    for task_id in ledger.hold(tx, items) if items else ():
        refused[task_id] = CreditsExhausted("The account's balance is below the price.")


def _free(tx: Transaction, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts that may be handed out now: due, without a mutex, and no rule concerns them.

    The others stay pending: the scheduler alone keeps count of limits and mutexes, and knows the
    servers.
    """
    kinds = {d.task_type.name: d.task_type for d in drafts}.values()
    at_once = {kind.name for kind in kinds if kind.mutexes is None and kind.service is None}
    free = [d for d in drafts if d.task_type.name in at_once]
    due = [d for d in free if d.not_before is None or d.not_before <= tx.now]
    rules = rules_about(tx, {d.account_id for d in due}) if due else ()
    if not rules:
        return due
    return [
        d
        for d in due
        if not any(r.concerns(d.account_id, d.task_type.queue, d.task_type.name) for r in rules)
    ]


def _handed_out(
    tx: Transaction, drafts: Sequence[Draft], rooms: Rooms
) -> tuple[set[str], set[str]]:
    """The drafts to hand out now, and which of them go express."""
    queued = _with_room(tx, drafts, rooms)
    ahead = rooms.express(tx, drafts, queued) if len(queued) < len(drafts) else set()
    return queued | ahead, ahead


def _with_room(tx: Transaction, drafts: Sequence[Draft], rooms: Rooms) -> set[str]:
    """The drafts to hand out now, first come first served, while their queue has room."""
    by_type: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_type[draft.task_type.name].append(draft)
    chosen: set[str] = set()
    for group in by_type.values():
        people = {d.id for d in group if is_for_people(d.task_type, d.annotators)}
        workers = [d for d in group if d.id not in people]
        chosen |= people | _taken(tx, workers, rooms)
    return chosen


def _taken(tx: Transaction, drafts: Sequence[Draft], rooms: Rooms) -> set[str]:
    """The first of ``drafts``, all of one type, for which there is room."""
    if not drafts:
        return set()
    kind = drafts[0].task_type
    units = [units_of(is_solo(kind, d.payload), kind.batch_size) for d in drafts]
    return {d.id for d in drafts[: rooms.take(tx, kind, units)]}


def _ask_people(tx: Transaction, drafts: Sequence[Draft], queued: set[str]) -> set[str]:
    wanted = [
        {"id": d.id, "answers_wanted": validations_needed(d.payload)}
        for d in drafts
        if d.id in queued and is_for_people(d.task_type, d.annotators)
    ]
    return {row.id for row in lifecycle.start_people(tx, wanted)}
