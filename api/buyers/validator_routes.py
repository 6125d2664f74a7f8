"""Validators: the next question, and the answer to one."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.auth import caller
from api.buyers import account_examples as examples
from api.buyers import schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.task_view import validation_body
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.permissions import permit
from api.reply import json_response, no_content
from shared.answers import people
from shared.db import Transaction
from shared.logs import bound


@blueprint.route("/validations/next", methods=["GET"])
@permit("answers:next")
@blueprint.answers(200, schemas.ValidationSchema, example=examples.QUESTION)
@blueprint.may_answer(204, description="There is nothing to answer now.")
@refuses()
def next_validation() -> Response:
    """The next question, held for this person for two minutes; never the same one twice."""
    yard, account_id, user = gateway().yard, caller().account_id, person()
    task = yard.store.transact(lambda tx: people.next_task(tx, account_id, user))
    return json_response(validation_body(task, yard.registry)) if task else no_content()


@blueprint.route("/tasks/<task_id>/answers", methods=["POST"])
@permit("answers:give")
@creates()
@blueprint.arguments(schemas.NewAnswerSchema, required=True, example=examples.NEW_ANSWER)
@blueprint.answers(201, schemas.AnswerSchema, example=examples.ANSWER)
@refuses("MISSING_FIELDS", "INVALID_FIELD", "INVALID_ANSWER", "NOT_FOUND", *WITH_BODY, *KEYED)
def answer_task(asked: dict[str, Any], task_id: str) -> Response:
    """Answer a task, once for each person."""
    answer, confidence = asked["answer"], asked.get("confidence", people.SURE)
    account_id, user = caller().account_id, person()

    def work(tx: Transaction) -> dict[str, Any]:
        people.give_answer(tx, task_id, account_id, user, answer, confidence)
        return {"taskId": task_id, "answer": answer, "confidence": confidence}

    with bound(task_id=task_id):
        return json_response(created(work), 201)


def person() -> str:
    """The name of the person who calls; people without one cannot be counted."""
    user = caller().user
    if user is None:
        raise Rejected(Kind.FORBIDDEN, "Answers need a credential that names its user.")
    return user
