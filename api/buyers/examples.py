"""What the documentation of the buyers' routes shows: bodies, and one real exchange."""

from __future__ import annotations

from typing import Any

from api.buyers.blueprint import WITH_BODY
from api.buyers.rule_schemas import RuleChangeSchema
from api.buyers.schemas import SubmissionSchema
from shared.tasks.words import CANCELED_ERROR

TASK_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e01"
SUBMISSION_EXAMPLE: dict[str, Any] = {
    "type": "SENTIMENT_ANALYSIS",
    "content": "Ce produit est absolument fantastique !",
    "options": ["Positif", "Négatif", "Neutre"],
    "locale": "fr",
    "maxCents": 25,
}
SUBMIT_CODES = (
    "RATE_LIMITED",
    "MISSING_FIELDS",
    "INVALID_TYPE",
    "OPTIONS_REQUIRED",
    "INVALID_FIELD",
    "BUDGET_TOO_LOW",
    "PROJECT_NOT_FOUND",
    "INSUFFICIENT_CREDITS",
    *WITH_BODY,
)
SUBMISSION = {
    "required": True,
    "content": {
        "application/json": {
            "schema": SubmissionSchema,
            "example": SUBMISSION_EXAMPLE,
        }
    },
}
BULK = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "maxItems": 10_000,
                # An item that is wrong is answered in its place, whatever it is.
                "items": {},
            },
            "example": [SUBMISSION_EXAMPLE],
        },
        "application/x-ndjson": {
            "schema": {"type": "string", "description": "One task on each line."},
            "example": '{"type": "ECHO", "content": {"n": 1}}\n' * 2,
        },
    },
}
LOCATION = {"Location": {"description": "Where the task is read.", "schema": {"type": "string"}}}
RECEIPT = {
    "taskId": TASK_ID,
    "status": "PENDING",
    "type": "SENTIMENT_ANALYSIS",
    "costCents": 20,
    "estimatedCompletionMs": 3_600_000,
}
BULK_RESULT = {
    "accepted": 1,
    "rejected": 1,
    "results": [
        {"index": 0, "taskId": TASK_ID, "costCents": 20},
        {"index": 1, "error": {"code": "INVALID_TYPE", "detail": "type: must be one of ECHO."}},
    ],
}
ANSWER_AT = "2030-01-31T08:00:01.250Z"
TASK = {
    "taskId": TASK_ID,
    "type": "SENTIMENT_ANALYSIS",
    "status": "COMPLETED",
    "content": SUBMISSION_EXAMPLE["content"],
    "options": SUBMISSION_EXAMPLE["options"],
    "locale": "fr",
    "validationsNeeded": 3,
    "projectId": None,
    "costCents": 20,
    "priority": 5,
    "notBefore": None,
    "metadata": None,
    "callbackUrl": None,
    "scheduleId": None,
    "createdAt": "2030-01-31T08:00:00.000Z",
    "updatedAt": ANSWER_AT,
    "completedAt": ANSWER_AT,
    "result": {
        "answer": "Positif",
        "confidence": 0.97,
        "agreement": 1.0,
        "votes": {"Positif": 3},
        "answers": [
            {
                "annotator": "lexicon",
                "kind": "machine",
                "answer": "Positif",
                "confidence": 0.94,
                "at": ANSWER_AT,
            }
        ],
    },
    "error": None,
    "waitingFor": None,
}
TASKS = {"tasks": [TASK], "nextCursor": None}
CANCELED = {
    **TASK,
    "status": "FAILED",
    "result": None,
    "error": CANCELED_ERROR,
}
RULE = {
    "scope": "queue",
    "name": "echo",
    "owner": "yard",
    "paused": False,
    "pausedAt": None,
    "pausedBy": None,
    "maxRunning": 50,
    "perSecond": None,
    "running": 12,
    "updatedAt": ANSWER_AT,
}
RULE_CHANGE = {
    "required": True,
    "content": {"application/json": {"schema": RuleChangeSchema, "example": {"maxRunning": 50}}},
}
