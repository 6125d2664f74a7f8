"""The books: whether the ledger is right."""

from __future__ import annotations

from shared.accounts.audit import audit
from shared.errors import Unavailable
from taskyard.doctor.finding import Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

MOST_TOLD = 5


def look_at_books(subject: Subject) -> Findings:
    """What is wrong in them, the first few things; it reads the whole ledger."""
    try:
        with subject.yard.store.read() as tx:
            wrong = audit(tx)
    except Unavailable as error:
        yield warn("books", f"They could not be read: {error}", "Try again when it is quiet.")
        return
    for sentence in wrong[:MOST_TOLD]:
        yield fail("books", sentence, "Keep a copy of the database, and report it.")
    if not wrong:
        yield ok("books", "every posting is balanced, every account's sums are right")
