"""One run from the account's opening to the judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from random import Random

from taskyard.chaos.account import RunAccount, close_account, open_account
from taskyard.chaos.archive import read_history
from taskyard.chaos.fault import Fault, Strike
from taskyard.chaos.journal import Journal
from taskyard.chaos.judgement import Judgement, judge
from taskyard.chaos.listener import listening
from taskyard.chaos.load import Load
from taskyard.chaos.plan import Plan
from taskyard.chaos.quiet import await_notices, await_quiet, left_in_queues
from taskyard.chaos.rehearsal import rehearse
from taskyard.chaos.storm import Storm
from taskyard.chaos.target import Target

MACHINES = "sentiment"
"""The pool whose workers answer questions."""


def run(
    target: Target, plan: Plan, faults: Iterator[Fault], tell: Callable[[str], None]
) -> Judgement:
    """Load the yard, strike it, wait for quiet, and judge what happened."""
    account = open_account(target.yard, plan.account, has_machines=target.has_pool(MACHINES))
    try:
        journal = Journal()
        rehearse(target, account, journal)
        tell(f"account {account.name}, seed {plan.seed}, {plan.rate:g} tasks a second")
        with listening(target.yard, account.id, journal, tell):
            return _run(target, account, journal, plan, faults, tell)
    finally:
        close_account(target.yard, account)


def _run(
    target: Target,
    account: RunAccount,
    journal: Journal,
    plan: Plan,
    faults: Iterator[Fault],
    tell: Callable[[str], None],
) -> Judgement:
    load = Load(target.yard, target.url, account, journal, plan.rate, plan.seed)
    with closing(load):
        strikes = _storm(target, load, journal, account, plan, faults, tell)
        tell(f"{len(journal.accepted):,} tasks accepted, {len(strikes)} faults; waiting for quiet")
        if not await_quiet(target, load, account.id, tell, plan.quiet_seconds):
            tell(f"not quiet after {plan.quiet_seconds:g} s")
    history = await_notices(read_history(target.yard, account.id, journal), journal)
    left = left_in_queues(target, frozenset(history.tasks))
    return judge(history.with_waiting(left), journal, strikes)


def _storm(
    target: Target,
    load: Load,
    journal: Journal,
    account: RunAccount,
    plan: Plan,
    faults: Iterator[Fault],
    tell: Callable[[str], None],
) -> list[Strike]:
    """The load from its beginning to its end, with every fault in between."""
    random = Random(plan.seed)  # noqa: S311 - choices to be repeated, not secrets
    load.start()
    try:
        storm = Storm(target, load, journal, account.id, random, tell)
        return storm.rage(faults, plan.seconds)
    finally:
        load.stop()
