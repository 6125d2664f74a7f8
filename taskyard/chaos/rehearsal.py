"""Before anything is broken: the gateway is the one of this store, and the yard does its work."""

from __future__ import annotations

from shared.errors import SettingsError, Unavailable
from taskyard.chaos.account import RunAccount
from taskyard.chaos.journal import Journal
from taskyard.chaos.sender import TASKS
from taskyard.chaos.submission import Kind, echo
from taskyard.chaos.target import Target
from taskyard.chaos.wire import Wire
from taskyard.explanation import explain

WAIT_SECONDS = 30.0


def rehearse(target: Target, account: RunAccount, journal: Journal) -> None:
    """Have one task done; `SettingsError` or `Unavailable` where that does not work."""
    wire = Wire(target.url, account.key, WAIT_SECONDS + 5)
    try:
        _rehearse(target, wire, journal)
    finally:
        wire.close()


def _rehearse(target: Target, wire: Wire, journal: Journal) -> None:
    asked_at = target.yard.store.now()
    reply = wire.ask("POST", TASKS, echo(Kind.FAST, "rehearsal").body)
    if reply.status == 0:
        raise Unavailable(f"The gateway does not answer at {target.url}.")
    if reply.status == 401:
        raise SettingsError(
            f"The gateway at {target.url} does not know a key of this store: "
            "give this command the settings that `taskyard up` was given."
        )
    if reply.status != 201:
        detail = (reply.body or {}).get("detail", "")
        raise SettingsError(f"The gateway refuses an ECHO ({reply.status}): {detail}")
    task_id = reply.body["taskId"]
    journal.note_accepted([task_id], asked_at, target.yard.store.now())
    done = wire.ask("GET", f"{TASKS}/{task_id}?wait={WAIT_SECONDS:g}")
    if done.status != 200 or done.body["status"] != "COMPLETED":
        raise _undone(target, wire, task_id)


def _undone(target: Target, wire: Wire, task_id: str) -> Unavailable:
    """What keeps the task from being done; it is canceled then."""
    why = explain(target.yard, task_id).text
    wire.ask("DELETE", f"{TASKS}/{task_id}")
    return Unavailable(
        f"The yard at {target.url} does not do its work: an ECHO was not done within "
        f"{WAIT_SECONDS:g} s, and is canceled now. `taskyard why {task_id}` said: {why} "
        "See `taskyard doctor`."
    )
