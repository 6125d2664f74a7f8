"""Whether webhooks were told of every step, and of a task's steps in their order. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from taskyard.chaos.history import History
from taskyard.chaos.journal import Heard
from taskyard.chaos.submission import QUESTION
from taskyard.chaos.timeline import Steps
from taskyard.chaos.violation import Promise, Violation


def check_notices(history: History) -> Iterator[Violation]:
    """What is wrong with the notices of questions; the webhook hears of no other tasks."""
    if history.heard is None:
        return
    said = _said(history.heard)
    for task in history.tasks.values():
        if task.type == QUESTION:
            for sentence in _wrongs(_steps_told(history.steps.get(task.id, ())), said[task.id]):
                yield Violation(Promise.NOTICES, task.id, sentence)


def _said(heard: Iterable[Heard]) -> defaultdict[str, list[str]]:
    """What was said of each task, in order, each notice when it came first."""
    firsts: dict[str, Heard] = {}
    for one in heard:
        firsts.setdefault(one.id, one)
    found = defaultdict[str, list[str]](list)
    for one in firsts.values():
        found[one.task_id].append(one.status)
    return found


def _steps_told(steps: Steps) -> list[str]:
    """What is to be said; a failure that is tried again is none."""
    pairs = zip_longest(steps, steps[1:])
    return [step.target for step, then in pairs if not (then and then.is_retry)]


def _wrongs(wanted: list[str], said: list[str]) -> Iterator[str]:
    untold, made_up = Counter(wanted) - Counter(said), Counter(said) - Counter(wanted)
    if untold:
        yield f"never told: {', '.join(untold.elements())}"
    if made_up:
        yield f"told and never so: {', '.join(made_up.elements())}"
    if not untold and not made_up and said != wanted:
        yield f"told as {', '.join(said)}; it was {', '.join(wanted)}"
