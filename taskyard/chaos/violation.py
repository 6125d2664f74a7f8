"""What must not happen. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What is broken by a violation; the words of the table.

    lost               accepted, and not in the store or not final
    duplicate effects  ended twice, or run twice under one attempt
    stale writes       a report of another attempt than the one that was valid changed the row
    arrows broken      a step that no arrow allows, or that does not follow the one before
    started after cancel
    wrong ends         an end that the task cannot have come to, or a result that is not its own
    ledger off         books that do not balance, or do not agree with how tasks ended
    notices off        a step of a question that was never told, or not in its turn
    broker off         messages of final tasks that stay in the broker's queues
    wrong answers      an answer of the gateway that no outage excuses
    """

    LOST = "lost"
    DUPLICATE = "duplicate effects"
    STALE = "stale writes"
    ARROW = "arrows broken"
    CANCEL = "started after cancel"
    END = "wrong ends"
    LEDGER = "ledger off"
    NOTICES = "notices off"
    BROKER = "broker off"
    ANSWER = "wrong answers"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise, of one task or of none in particular."""

    promise: Promise
    task_id: str | None
    sentence: str
