"""A client of the gateway: submits tasks, waits for them, lists them, uploads files."""

from __future__ import annotations

from taskyard.client.async_client import AsyncClient
from taskyard.client.client import Client
from taskyard.client.error import (
    ClientError,
    Conflict,
    CreditsExhausted,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)
from taskyard.client.following import Event
from taskyard.client.listing import Listing
from taskyard.client.patience import Patience
from taskyard.client.submission import Submission
from taskyard.client.task import (
    Counts,
    NotInTime,
    Page,
    Receipt,
    Submitted,
    Task,
    TaskFailed,
    Trouble,
)

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "Conflict",
    "Counts",
    "CreditsExhausted",
    "Event",
    "Forbidden",
    "Listing",
    "NotFound",
    "NotInTime",
    "Page",
    "Patience",
    "RateLimited",
    "Receipt",
    "Rejected",
    "Submission",
    "Submitted",
    "Task",
    "TaskFailed",
    "Trouble",
    "Unauthorized",
    "Unreachable",
]
