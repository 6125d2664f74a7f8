"""Reports go to the gateway in bulk, and stay in the spool until it has answered each."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from shared.errors import Refused, Unavailable
from taskyard.agent.finished import Finished
from taskyard.agent.server_client import LARGEST_BULK, KeyRefused, ServerClient
from taskyard.agent.spool import Spool
from taskyard.counted import counted

log = logging.getLogger(__name__)
TOO_LATE = frozenset({"stale_attempt", "not_your_task", "not_found", "illegal_transition"})
"""Words that will never be others: the task went its way without us."""
LATER = "duplicate"
"""The word that says: not in this bulk."""


def report_all(client: ServerClient, spool: Spool) -> None:
    """Report what waits in the spool, until nothing does; raises what the client does.

    The reports that are not answered stay.
    """
    while batch := spool.waiting(LARGEST_BULK):
        _report(client, spool, batch)


def _report(client: ServerClient, spool: Spool, batch: Sequence[Finished]) -> None:
    try:
        answers = client.report(batch)
    except KeyRefused:
        raise
    except Refused as error:
        # One of them is at fault, and the others must not wait for it.
        if len(batch) == 1:
            log.error("the gateway refuses a report on task %s: %s", batch[0].link_id, error)
            spool.set_aside(batch[0])
            return
        for each in batch:
            _report(client, spool, [each])
        return
    settled = [_settle(spool, each, answers.get(each.link_id, LATER)) for each in batch]
    if not any(settled):
        told = counted(len(batch), "report")
        raise Unavailable(f"The gateway left {told} without an answer.")


def _settle(spool: Spool, finished: Finished, word: str | None) -> bool:
    """Do as the answer says; whether the report left the spool by that."""
    if word == LATER:
        return False
    if word is None:
        log.info("reported task %s: %s", finished.link_id, finished.status)
        spool.drop([finished])
    elif word in TOO_LATE:
        log.warning("the report on task %s came too late: %s", finished.link_id, word)
        spool.drop([finished])
    else:
        log.error("the gateway refuses the report on task %s: %s", finished.link_id, word)
        spool.set_aside(finished)
    return True
