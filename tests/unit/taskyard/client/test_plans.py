"""What a client does, step by step, without a gateway and without time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
import pytest

from shared.idempotency.memo import LEASE
from taskyard.client import Conflict, NotInTime, Patience, RateLimited, Submission, Unreachable
from taskyard.client.answer import Answer
from taskyard.client.bulk import LARGEST, MOST_BYTES, Parcel, parcels, submitted
from taskyard.client.call import KEY, Call, Pause, Plan
from taskyard.client.patience import NONE
from taskyard.client.plans import cancel, submission_of, submit, upload
from taskyard.client.waiting import until_final, until_read

T = TypeVar("T")
STEADY = Patience(tries=3, chance=lambda: 0.0)
RECEIPT = {
    "taskId": "t1",
    "type": "ECHO",
    "status": "PENDING",
    "costCents": 0,
    "estimatedCompletionMs": 1500,
}


class Gateway:
    """Gives the answers that it is told, one after the other, and notes what it is asked.

    Time passes by pauses, and by ``each_seconds`` for a call.
    """

    def __init__(self, *answers: Answer, each_seconds: float = 0.0) -> None:
        self.answers = list(answers)
        self.each_seconds = each_seconds
        self.calls: list[Call] = []
        self.pauses: list[float] = []
        self.now = 0.0

    def run(self, plan: Plan[T]) -> T:
        """Drive ``plan`` to its end."""
        answer: Answer | None = None
        while True:
            try:
                step = plan.send(answer)
            except StopIteration as end:
                outcome: T = end.value
                return outcome
            answer = self._do(step)

    def _do(self, step: Call | Pause) -> Answer | None:
        if isinstance(step, Pause):
            self.pauses.append(step.seconds)
            self.now += step.seconds
            return None
        self.calls.append(step)
        self.now += self.each_seconds
        return self.answers.pop(0)

    def clock(self) -> float:
        """How late it is."""
        return self.now


def said(body: Any, status: int = 200) -> Answer:
    """An answer with that JSON."""
    return Answer(status, {}, orjson.dumps(body))


def problem(code: str, status: int, **headers: str) -> Answer:
    """A refusal."""
    return Answer(status, headers, orjson.dumps({"code": code, "detail": f"{code}."}))


def task(status: str = "PENDING", **changes: Any) -> dict[str, Any]:
    """A task as the gateway tells it."""
    moment = "2030-01-31T08:00:00.000Z"
    return {
        "taskId": "t1",
        "type": "ECHO",
        "status": status,
        "costCents": 0,
        "priority": 5,
        "createdAt": moment,
        "updatedAt": moment,
        **changes,
    }


def test_the_same_key_is_sent_with_every_try() -> None:
    gateway = Gateway(Answer(0, reason="Nobody."), problem("UNAVAILABLE", 503), said(RECEIPT, 201))

    receipt = gateway.run(submit({"type": "ECHO", "content": {}}, None, STEADY))

    assert (receipt.task_id, receipt.estimated_seconds) == ("t1", 1.5)
    assert gateway.pauses == [0.25, 0.5]
    assert len({call.headers[KEY] for call in gateway.calls}) == 1
    assert len({call.body for call in gateway.calls}) == 1


def test_two_submissions_have_two_keys() -> None:
    gateway = Gateway(said(RECEIPT, 201), said(RECEIPT, 201))
    for _ in range(2):
        gateway.run(submit(Submission(type="ECHO", content="a"), None, STEADY))
    assert len({call.headers[KEY] for call in gateway.calls}) == 2


def test_a_call_that_still_runs_under_its_key_is_asked_again() -> None:
    running = problem("CONFLICT", 409, **{"retry-after": "2"})
    gateway = Gateway(running, said(RECEIPT, 201))

    assert gateway.run(submit({}, "mine", STEADY)).task_id == "t1"
    assert gateway.pauses == [2.0]
    assert [call.headers[KEY] for call in gateway.calls] == ["mine", "mine"]


def test_a_call_whose_gateway_died_in_the_middle_is_waited_for_longer_than_its_lease() -> None:
    running = problem("CONFLICT", 409, **{"retry-after": "1"})
    waits = int(LEASE.total_seconds()) + 1
    gateway = Gateway(Answer(0, reason="Gone."), *[running] * waits, said(RECEIPT, 201))
    assert gateway.run(submit({}, "mine", STEADY)).task_id == "t1"

    for patience, calls in ((STEADY, 60 + STEADY.tries), (NONE, 1)):
        gateway = Gateway(*[running] * 99)
        with pytest.raises(Conflict):
            gateway.run(submit({}, "mine", patience))
        assert len(gateway.calls) == calls


def test_when_patience_ends_the_last_answer_is_told() -> None:
    gateway = Gateway(*[problem("RATE_LIMITED", 429)] * 3)
    with pytest.raises(RateLimited, match="RATE_LIMITED"):
        gateway.run(submit({}, None, STEADY))
    assert len(gateway.calls) == 3


def test_a_refusal_is_not_asked_again() -> None:
    gateway = Gateway(problem("CONFLICT", 409))
    with pytest.raises(Conflict):
        gateway.run(submit({}, None, STEADY))


def test_a_task_is_polled_until_it_is_final() -> None:
    gateway = Gateway(*[said(task())] * 2, said(task("COMPLETED", result=1)), each_seconds=30)

    found = gateway.run(until_final("t1", None, STEADY, gateway.clock))

    assert (found.status, found.outcome()) == ("COMPLETED", 1)
    assert [call.query for call in gateway.calls] == [{"wait": "30"}] * 3
    assert gateway.pauses == []


def test_a_gateway_with_too_many_waiters_is_not_asked_without_a_pause() -> None:
    gateway = Gateway(*[said(task())] * 3, said(task("FAILED")))
    gateway.run(until_final("t1", None, STEADY, gateway.clock))
    assert gateway.pauses == [0.1, 0.2, 0.4]


def test_who_has_waited_enough_gets_the_task_as_it_is() -> None:
    gateway = Gateway(*[said(task())] * 9)
    with pytest.raises(NotInTime, match="t1 is PENDING still") as caught:
        gateway.run(until_final("t1", 1.0, STEADY, gateway.clock))
    assert caught.value.task.id == "t1"
    assert gateway.now == 1.0


def test_a_document_that_is_not_read_in_time_is_told() -> None:
    gateway = Gateway(*[said({"success": True, "data": "IN_PROGRESS"})] * 9)
    with pytest.raises(Unreachable, match="d1 is not read yet"):
        gateway.run(until_read("d1", 0.5, STEADY, gateway.clock))


def test_what_is_canceled_already_is_canceled() -> None:
    canceled = task("FAILED", error={"code": "CANCELED", "message": "It was."})
    gateway = Gateway(problem("CONFLICT", 409), said(canceled))
    assert gateway.run(cancel("t1", STEADY)).is_canceled


def test_what_is_over_cannot_be_canceled() -> None:
    gateway = Gateway(problem("CONFLICT", 409), said(task("COMPLETED")))
    with pytest.raises(Conflict):
        gateway.run(cancel("t1", STEADY))


def accepted(*ids: str) -> Answer:
    """A bulk's answer; an id in capitals stands for the code of a refusal."""
    results: list[Mapping[str, Any]] = [
        {"index": n, "error": {"code": one, "detail": "No."}}
        if one.isupper()
        else {"index": n, "taskId": one, "costCents": 20}
        for n, one in enumerate(ids)
    ]
    return said({"results": results})


def test_those_without_room_are_sent_again_alone() -> None:
    gateway = Gateway(
        accepted("a", "RATE_LIMITED", "INVALID_TYPE", "RATE_LIMITED"), accepted("b", "c")
    )

    outcomes = gateway.run(submitted(Parcel(10, [b"1", b"2", b"3", b"4"]), "k", STEADY))

    assert [one.task_id for one in outcomes] == ["a", "b", None, "c"]
    assert [one.index for one in outcomes] == [10, 11, 12, 13]
    assert outcomes[2].error is not None
    assert outcomes[2].error.code == "INVALID_TYPE"
    assert [call.body for call in gateway.calls] == [b"1\n2\n3\n4", b"2\n4"]
    assert [call.headers[KEY] for call in gateway.calls] == ["k", "k-1"]


def test_those_that_never_find_room_are_told() -> None:
    gateway = Gateway(*[accepted("RATE_LIMITED")] * 3)
    (outcome,) = gateway.run(submitted(Parcel(0, [b"1"]), "k", STEADY))
    assert outcome.error is not None
    assert (outcome.error.code, len(gateway.calls)) == ("RATE_LIMITED", 3)


def test_an_answer_about_other_tasks_is_not_believed() -> None:
    with pytest.raises(Unreachable, match="about 1 tasks, not about 2"):
        Gateway(accepted("a")).run(submitted(Parcel(0, [b"1", b"2"]), "k", STEADY))


def test_many_are_cut_by_number_and_by_bytes() -> None:
    five = [Submission(type="ECHO", content=n) for n in range(5)]
    assert [(p.first, len(p.lines)) for p in parcels(five, 2)] == [(0, 2), (2, 2), (4, 1)]
    big = [{"content": "x" * (MOST_BYTES // 2)}] * 3
    assert [(p.first, len(p.lines)) for p in parcels(big)] == [(0, 1), (1, 1), (2, 1)]
    assert list(parcels([])) == []


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_a_parcel_of_no_size_or_too_many_is_a_mistake(size: int) -> None:
    with pytest.raises(ValueError, match=f"size: must be from 1 to {LARGEST}, not {size}"):
        list(parcels([{}], size))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: submission_of({"type": "ECHO"}, "content", {}), TypeError),
        (lambda: submission_of({"type": "ECHO"}, None, {"priority": 1}), TypeError),
        (lambda: next(upload(b"content", None, None, None, STEADY)), ValueError),
    ],
    ids=["content twice", "fields twice", "bytes without a name"],
)
def test_what_says_too_much_or_too_little_is_a_mistake(
    wrong: Callable[[], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        wrong()
