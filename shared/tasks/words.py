"""What callers are told of a status, in the words of each dialect: in answers and in notices."""

from __future__ import annotations

from shared.tasks.status import Status

BUYERS_WORDS = {
    Status.COMPLETED: "COMPLETED",
    Status.FAILED: "FAILED",
    Status.CANCELED: "FAILED",
}
"""What is not over is PENDING."""
CANCELED_ERROR = {"code": "CANCELED", "message": "The task was canceled."}
"""What buyers are told as the error of a canceled task."""
SCRIPT_NUMBERS = {
    Status.PENDING: 0,
    Status.QUEUED: 0,
    Status.RUNNING: 1,
    Status.COMPLETED: 2,
    Status.FAILED: 3,
    Status.CANCELED: 3,
}
SCRIPT_TEXTS = ("pending", "running", "completed", "failed")
"""What the numbers of `SCRIPT_NUMBERS` are called."""
STOPPED = "stopped"
"""The remark on a script's task that was canceled."""
JOB_WORDS = {
    Status.PENDING: "PENDING",
    Status.QUEUED: "PENDING",
    Status.RUNNING: "IN_PROGRESS",
    Status.COMPLETED: "DONE",
    Status.FAILED: "ERROR",
    Status.CANCELED: "KILLED",
}
