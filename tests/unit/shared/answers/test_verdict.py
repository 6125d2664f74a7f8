from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.accounts.annotators import Annotators
from shared.answers.answer import Answer
from shared.answers.given import Given
from shared.answers.verdict import Completed, Crowd, Failed, WaitsForPeople, judge

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TOPICS = {"content": "…", "options": ["cats", "dogs", "birds"], "validationsNeeded": 3}
STARS = {"content": "…", "options": ["1", "2", "3", "4", "5"], "validationsNeeded": 3}


def _machines(*said: tuple[str, float]) -> list[Given]:
    return [
        Given("t", Answer(f"m{n}", "machine", option, sure), NOON)
        for n, (option, sure) in enumerate(said)
    ]


def _people(*said: str) -> list[Given]:
    return [Given("t", Answer(f"p{n}", "human", word, 1.0), NOON) for n, word in enumerate(said)]


AGREED = _machines(("cats", 0.9), ("cats", 0.6), ("dogs", 0.7))
SPLIT = _machines(("cats", 0.5), ("dogs", 0.6), ("birds", 0.5))
TIED = _machines(("cats", 0.5), ("dogs", 0.5))
LONE = _machines(("cats", 0.5))


@pytest.mark.parametrize("policy", list(Annotators))
@pytest.mark.parametrize("has_validators", [True, False])
def test_answers_that_agree_settle_a_task_whoever_may_be_asked(
    policy: Annotators, has_validators: bool
) -> None:
    verdict = judge(TOPICS, AGREED, Crowd(policy, has_validators))

    assert isinstance(verdict, Completed)
    assert verdict.result["answer"] == "cats"


@pytest.mark.parametrize(
    ("policy", "has_validators", "given", "asked"),
    [
        ("mixed", True, SPLIT, 1),
        ("mixed", True, TIED, 1),
        ("mixed", True, LONE, 2),
        ("mixed", True, [], 3),
        ("human", True, [], 3),
        ("human", False, [], 3),
        ("human", True, _people("cats"), 2),
        ("human", True, _people("cats", "dogs", "birds"), 1),
        ("human", True, _people("cats", "dogs", "birds", "birds"), 1),
    ],
)
def test_people_are_asked_for_what_is_still_open(
    policy: str, has_validators: bool, given: Sequence[Given], asked: int
) -> None:
    crowd = Crowd(Annotators(policy), has_validators)

    assert judge(TOPICS, given, crowd) == WaitsForPeople(asked)


@pytest.mark.parametrize(
    ("policy", "has_validators", "given", "overdue", "code"),
    [
        ("machine", True, SPLIT, False, "NO_CONSENSUS"),
        ("machine", True, LONE, False, "NOT_ENOUGH_ANSWERS"),
        ("machine", False, [], False, "NOT_ENOUGH_ANSWERS"),
        ("mixed", False, TIED, False, "NO_CONSENSUS"),
        ("mixed", False, [], False, "NO_CONSENSUS"),
        ("mixed", False, [], True, "NOT_ENOUGH_ANSWERS"),
        ("mixed", True, SPLIT, True, "NO_CONSENSUS"),
        ("mixed", True, LONE, True, "NOT_ENOUGH_ANSWERS"),
        ("human", True, [], True, "NOT_ENOUGH_ANSWERS"),
        ("human", True, _people("cats", "cats"), True, "NOT_ENOUGH_ANSWERS"),
        ("human", True, _people("cats", "cats", "dogs", "dogs", "birds"), False, "NO_CONSENSUS"),
    ],
)
def test_a_task_fails_when_nothing_more_will_come(
    policy: str, has_validators: bool, given: Sequence[Given], overdue: bool, code: str
) -> None:
    verdict = judge(TOPICS, given, Crowd(Annotators(policy), has_validators), overdue=overdue)

    assert isinstance(verdict, Failed)
    assert verdict.error["code"] == code


@pytest.mark.parametrize(("given", "winner"), [(SPLIT, "dogs"), (LONE, "cats")])
@pytest.mark.parametrize("overdue", [False, True])
def test_an_account_without_people_takes_the_machines_lead(
    given: Sequence[Given], winner: str, overdue: bool
) -> None:
    verdict = judge(TOPICS, given, Crowd(Annotators.MIXED, False), overdue=overdue)

    assert isinstance(verdict, Completed)
    assert verdict.result["answer"] == winner


def test_a_person_outweighs_an_unsure_machine() -> None:
    given = [*_machines(("cats", 0.4), ("cats", 0.4)), *_people("dogs")]
    verdict = judge(TOPICS, given, Crowd(Annotators.MIXED, True))

    assert isinstance(verdict, Completed)
    assert verdict.result["answer"] == "dogs"


def test_on_a_scale_the_middle_wins() -> None:
    verdict = judge(STARS, _people("1", "4", "5"), Crowd(Annotators.HUMAN, True))

    assert isinstance(verdict, Completed)
    assert verdict.result["answer"] == "4"


def test_the_result_shows_every_answer_and_counts_the_votes() -> None:
    east = timezone(timedelta(hours=5))
    given = [
        *_machines(("cats", 0.9), ("dogs", 0.5)),
        Given("t", Answer("anna", "human", "cats", 1.0), NOON.astimezone(east)),
    ]
    verdict = judge(TOPICS, given, Crowd(Annotators.MIXED, True))

    assert isinstance(verdict, Completed)
    assert verdict.result.keys() == {"answer", "confidence", "agreement", "votes", "answers"}
    assert verdict.result["votes"] == {"cats": 2, "dogs": 1}
    assert 0 < verdict.result["agreement"] < verdict.result["confidence"] <= 1
    assert verdict.result["answers"][-1] == {
        "annotator": "anna",
        "kind": "human",
        "answer": "cats",
        "confidence": 1.0,
        "at": "2030-01-01T12:00:00.000Z",
    }


def test_three_answers_are_wanted_where_the_task_does_not_say() -> None:
    payload = {"content": "…", "options": ["cats", "dogs"]}

    assert judge(payload, [], Crowd(Annotators.HUMAN, True)) == WaitsForPeople(3)
