"""Single items share commits; each caller gets its own answer or its own error."""

import threading
from collections.abc import Sequence
from itertools import count

import pytest

from shared.tasks.group_commit import MAX_GROUP, GroupCommit
from tests.memory_yard import in_threads
from tests.servers import eventually


class SlowCommit:
    """A commit that can be stopped in its middle; remembers its groups."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int | BaseException]:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        self.groups.append(list(items))
        self.begun.set()
        self.may_end.wait(10)
        self.at_once -= 1
        return [ValueError(str(n)) if n < 0 else n * 10 for n in items]


def gathered(commit: SlowCommit, items: Sequence[int]) -> list[int | BaseException]:
    """What each caller got when the first item commits alone and the others share the next."""
    group: GroupCommit[int, int] = GroupCommit(commit)
    answers: dict[int, int | BaseException] = {}

    def call(item: int) -> None:
        try:
            answers[item] = group.submit(item)
        except ValueError as error:
            answers[item] = error

    threads = [threading.Thread(target=call, args=(item,)) for item in items]
    threads[0].start()
    assert commit.begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    eventually(lambda: len(group._waiting) == len(items) - 1, what="the others' arrival")
    commit.may_end.set()
    for thread in threads:
        thread.join(10)
    return [answers[item] for item in items]


def test_an_item_that_comes_alone_is_committed_at_once() -> None:
    groups: list[Sequence[int]] = []

    def commit(items: Sequence[int]) -> Sequence[int]:
        groups.append(items)
        return items

    group: GroupCommit[int, int] = GroupCommit(commit)
    assert [group.submit(n) for n in (1, 2, 3)] == [1, 2, 3]
    assert groups == [[1], [2], [3]]


def test_who_comes_while_a_commit_is_in_flight_shares_the_next() -> None:
    commit = SlowCommit()
    assert gathered(commit, range(10)) == [n * 10 for n in range(10)]
    assert commit.groups[0] == [0]
    assert sorted(commit.groups[1]) == list(range(1, 10))
    assert len(commit.groups) == 2


def test_groups_have_a_greatest_size() -> None:
    commit = SlowCommit()
    gathered(commit, range(MAX_GROUP + 10))
    assert [len(group) for group in commit.groups] == [1, MAX_GROUP, 9]
    assert sorted(n for group in commit.groups for n in group) == list(range(MAX_GROUP + 10))


def test_an_items_error_is_raised_to_its_own_caller_alone() -> None:
    answers = gathered(SlowCommit(), [1, -2, 3, -4])
    assert answers[0::2] == [10, 30]
    assert [str(error) for error in answers[1::2]] == ["-2", "-4"]
    assert all(isinstance(error, ValueError) for error in answers[1::2])


def test_the_failure_of_a_commit_is_raised_to_everybody_in_it() -> None:
    numbers = count()

    def commit(items: Sequence[int]) -> Sequence[int]:
        raise ConnectionError(f"down {next(numbers)}")

    group: GroupCommit[int, int] = GroupCommit(commit)

    def call(number: int) -> bool:
        with pytest.raises(ConnectionError, match="down"):
            group.submit(number)
        return True

    assert all(in_threads(20, call))


def test_after_a_failure_the_next_caller_leads_again() -> None:
    fail = [True, False]

    def commit(items: Sequence[int]) -> Sequence[int]:
        if fail.pop(0):
            raise ConnectionError("down")
        return items

    group: GroupCommit[int, int] = GroupCommit(commit)
    with pytest.raises(ConnectionError):
        group.submit(1)
    assert group.submit(2) == 2


def test_nobody_waits_for_ever_when_the_commit_forgets_an_answer() -> None:
    commit = SlowCommit()
    group: GroupCommit[int, int] = GroupCommit(lambda items: commit(items)[:-1])

    def call(number: int) -> bool:
        with pytest.raises(ValueError, match="answer"):
            group.submit(number)
        return True

    commit.may_end.set()
    assert all(in_threads(5, call))


def test_there_is_one_commit_in_flight_and_everybody_is_answered() -> None:
    commit = SlowCommit()
    commit.may_end.set()
    group: GroupCommit[int, int] = GroupCommit(commit)
    answers = in_threads(32, lambda thread: [group.submit(thread * 100 + n) for n in range(25)])
    for thread, got in enumerate(answers):
        assert got == [(thread * 100 + n) * 10 for n in range(25)]
    assert commit.most_at_once == 1
