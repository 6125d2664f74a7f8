"""A task goes in and is read again, on both stores."""

from __future__ import annotations

from tests.gateway import TASKS, Bench, Caller


def test_a_submission_is_answered_with_its_receipt(buyer: Caller) -> None:
    answer = buyer.submit()
    body = answer.get_json()

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{TASKS}/{body['taskId']}"
    assert body == {
        "taskId": body["taskId"],
        "status": "PENDING",
        "type": "SENTIMENT_ANALYSIS",
        "costCents": 20,
        "estimatedCompletionMs": 3_600_000,
    }


def test_a_submitted_task_is_read_as_it_was_sent(buyer: Caller) -> None:
    task = buyer.task(buyer.submitted())

    assert task["content"] == "Ce produit est absolument fantastique !"
    assert task["options"] == ["Positif", "Négatif", "Neutre"]
    assert task["locale"] == "fr"
    assert task["validationsNeeded"] == 3
    assert (task["status"], task["result"], task["error"]) == ("PENDING", None, None)


def test_a_submitted_task_is_handed_to_the_broker_by_its_id(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submitted(type="ECHO", content="hello")
    bench.close_outbox()

    message = bench.broker.take("echo")
    assert message is not None
    assert message.ids == (task_id,)
