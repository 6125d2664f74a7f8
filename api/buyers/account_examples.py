"""What the documentation of an account's own routes shows."""

from __future__ import annotations

from api.buyers.examples import ANSWER_AT, SUBMISSION_EXAMPLE, TASK_ID

NEW_PROJECT = {"name": "Reviews", "annotators": "mixed"}
PROJECT = {"id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0e", **NEW_PROJECT, "createdAt": ANSWER_AT}
PROJECTS = {"projects": [PROJECT]}
CREDITS = {"balanceCents": 9_980, "heldCents": 20}
LEDGER = {
    "entries": [
        {
            "postingId": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0f",
            "kind": "hold",
            "book": "available",
            "amountCents": -20,
            "taskId": TASK_ID,
            "at": ANSWER_AT,
        }
    ],
    "nextCursor": None,
}
COUNTS = {
    "total": 12,
    "pending": 1,
    "queued": 1,
    "running": 2,
    "completed": 7,
    "failed": 1,
    "canceled": 0,
}
STATS = {**COUNTS, "byType": {"SENTIMENT_ANALYSIS": COUNTS}}
NEW_TOKEN = {"role": "validator", "user": "ada", "ttl": 3_600}
TOKEN = {
    "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6…",
    "role": "validator",
    "user": "ada",
    "expiresAt": "2030-01-31T09:00:00.000Z",
}
QUESTION = {
    "taskId": TASK_ID,
    "type": "SENTIMENT_ANALYSIS",
    "content": SUBMISSION_EXAMPLE["content"],
    "options": SUBMISSION_EXAMPLE["options"],
    "locale": "fr",
    "createdAt": "2030-01-31T08:00:00.000Z",
}
NEW_ANSWER = {"answer": "Positif", "confidence": 0.9}
ANSWER = {"taskId": TASK_ID, **NEW_ANSWER}
