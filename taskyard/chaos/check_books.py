"""Whether the books balance and agree with how tasks ended. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from shared.accounts.ledger_entry import MOVES, Book, Kind, LedgerEntry
from shared.tasks.status import Status
from taskyard.chaos.history import Books, TaskRow
from taskyard.chaos.violation import Promise, Violation

Entries = Sequence[LedgerEntry]


def check_books(books: Books, tasks: Mapping[str, TaskRow]) -> Iterator[Violation]:
    """What is wrong with the money of a run."""
    for sentence in _sums(books, any(not task.status.is_final for task in tasks.values())):
        yield Violation(Promise.LEDGER, None, sentence)
    by_task: defaultdict[str | None, list[LedgerEntry]] = defaultdict(list)
    for entry in books.entries:
        by_task[entry.task_id].append(entry)
    for task in tasks.values():
        for sentence in _of_task(task, by_task.pop(task.id, [])):
            yield Violation(Promise.LEDGER, task.id, sentence)
    by_task.pop(None, None)
    for task_id in by_task:
        yield Violation(Promise.LEDGER, task_id, "money moved for a task that is not in the store")


def _sums(books: Books, is_open: bool) -> Iterator[str]:
    if books.yard_sum_cents:
        yield f"all entries of the yard sum to {books.yard_sum_cents} cents instead of 0"
    by_book, by_posting = Counter[Book](), Counter[str]()
    for entry in books.entries:
        by_book[entry.book] += entry.amount_cents
        by_posting[entry.posting_id] += entry.amount_cents
    unbalanced = [posting for posting, cents in by_posting.items() if cents]
    if unbalanced:
        yield f"{len(unbalanced)} postings do not sum to 0, such as {unbalanced[0]}"
    for name, book, kept in (
        ("balance", Book.AVAILABLE, books.balance_cents),
        ("hold", Book.HELD, books.held_cents),
    ):
        if by_book[book] != kept:
            yield f"the account's {name} is {kept} cents, its entries say {by_book[book]}"
    if books.held_cents and not is_open:
        yield f"{books.held_cents} cents are held although every task is final"


def _of_task(task: TaskRow, entries: Entries) -> Iterator[str]:
    expected = _expected(task)
    for kind in (Kind.HOLD, Kind.CAPTURE, Kind.VOID):
        moved = sorted((e.book, e.amount_cents) for e in entries if e.kind is kind)
        source, target = MOVES[kind]
        once = sorted([(source, -task.cost_cents), (target, task.cost_cents)])
        if moved != once * expected[kind]:
            words = ", ".join(f"{book} {cents:+}" for book, cents in moved) or "nothing"
            yield f"{task.status} at {task.cost_cents} cents, and its {kind} is: {words}"


def _expected(task: TaskRow) -> dict[Kind, int]:
    """How often each posting is to be there."""
    is_paid = task.cost_cents > 0
    is_completed = task.status is Status.COMPLETED
    return {
        Kind.HOLD: int(is_paid),
        Kind.CAPTURE: int(is_paid and is_completed),
        Kind.VOID: int(is_paid and task.status.is_final and not is_completed),
    }
