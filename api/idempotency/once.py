"""How views make things: once for each ``Idempotency-Key``, as ever where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from flask import g

from api.auth import caller
from api.failure import Failure, Kind
from api.gateway import gateway
from api.idempotency.fingerprint import of_form
from api.idempotency.refusals import mismatch
from api.uploads import Upload
from shared.db import Transaction
from shared.errors import Refused, Unavailable
from shared.idempotency.keeping import note
from shared.idempotency.memo import Memo, NotedAlready
from shared.idempotency.task_ids import task_id
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft

T = TypeVar("T")
Checked = Draft | Failure
Ask = Callable[[Transaction], Sequence[Draft]]


def at_hand() -> Memo | None:
    """The memo of the request at hand; None where it came without a key."""
    return cast("Memo | None", g.get("memo"))


def submitted(draft: Draft) -> Accepted:
    """Store the task that the request asks for; with a key, its id follows from the memo's."""
    memo, admission = at_hand(), gateway().admission
    if memo is None:
        return admission.submit(draft)
    mine = replace(draft, id=task_id(memo.id, 0))
    if memo.is_repeated and (stored := _stored([mine])):
        return stored[mine.id]
    try:
        return admission.submit(mine)
    except Refused:
        if stored := _stored([mine]):  # by somebody who was thought to be gone
            return stored[mine.id]
        raise


def submitted_many(checked: Sequence[Checked]) -> list[Accepted | Failure]:
    """Store the caller's drafts; an answer for each of ``checked``, in order.

    With a key, those that were stored before an earlier attempt broke off are not stored again.
    Raises `Unavailable` where some were not stored for lack of a store, or nobody knows: an answer
    is for good, and who asks again with the key has the rest stored, and nothing twice.
    """
    memo, admission, account_id = at_hand(), gateway().admission, caller().account_id
    if memo is None:
        return admission.submit_many(account_id, checked)
    mine = [
        replace(one, id=task_id(memo.id, place)) if isinstance(one, Draft) else one
        for place, one in enumerate(checked)
    ]
    drafts = [one for one in mine if isinstance(one, Draft)]
    stored = _stored(drafts) if memo.is_repeated else {}
    left = [one for one in mine if not isinstance(one, Draft) or one.id not in stored]
    outcomes = iter(admission.submit_many(account_id, left))
    told = [
        stored[one.id] if isinstance(one, Draft) and one.id in stored else next(outcomes)
        for one in mine
    ]
    return _settled(_corrected(mine, told))


def requested(ask: Ask, told: Callable[[Sequence[Accepted]], T]) -> T:
    """Change rows by ``ask`` and store the caller's tasks that it drafts, in one commit.

    What ``told`` answers (JSON, or what JSON makes of it) is noted in the same commit, and is the
    answer; with a key that was used before it alone is given back.
    """
    memo, admission, account_id = at_hand(), gateway().admission, caller().account_id
    if memo is None:
        return told(admission.request(account_id, ask))
    answers: list[T] = []

    def then(tx: Transaction, accepted: Sequence[Accepted]) -> None:
        answers[:] = [told(accepted)]
        note(tx, memo, gateway().memory.sealed(memo, answers[0]))

    return _once(memo, lambda: (admission.request(account_id, ask, then), answers[0])[1])


def created(work: Callable[[Transaction], T]) -> T:
    """Do ``work`` in a transaction; its answer is JSON, noted and given back as by `requested`."""
    memo, store = at_hand(), gateway().yard.store
    if memo is None:
        return store.transact(work)

    def noted(tx: Transaction) -> T:
        made = work(tx)
        note(tx, memo, gateway().memory.sealed(memo, made))
        return made

    return _once(memo, lambda: store.transact(noted))


def identified(upload: Upload) -> None:
    """Write down what form the request brought; 422 where its key was used with another one."""
    memo = at_hand()
    if memo is None:
        return
    if not gateway().memory.identify(memo, of_form(upload.fields, upload.files)):
        raise mismatch()


def _once(memo: Memo, work: Callable[[], T]) -> T:
    memory = gateway().memory
    if memo.outcome is not None:
        return cast(T, memory.outcome(memo))
    try:
        return work()
    except NotedAlready:
        return cast(T, memory.outcome(memo))


def _stored(drafts: Sequence[Draft]) -> dict[str, Accepted]:
    """Those of ``drafts`` that are tasks already."""
    try:
        return dispatch.stored_among(gateway().yard, drafts) if drafts else {}
    except Unavailable as error:
        raise Unavailable(str(error), outcome_unknown=True) from error


def _corrected(
    mine: Sequence[Checked], told: Sequence[Accepted | Failure]
) -> list[Accepted | Failure]:
    """``told``, with those accepted that somebody stored who was thought to be gone."""
    pairs = list(zip(mine, told, strict=True))
    refused = [d for d, outcome in pairs if isinstance(d, Draft) and isinstance(outcome, Failure)]
    stored = _stored(refused)
    return [stored.get(d.id, o) if isinstance(d, Draft) else o for d, o in pairs]


def _settled(outcomes: list[Accepted | Failure]) -> list[Accepted | Failure]:
    if any(isinstance(one, Failure) and one.kind is Kind.UNAVAILABLE for one in outcomes):
        raise Unavailable("The store went away; a part may be stored.", outcome_unknown=True)
    return outcomes
