"""A Celery application of its own, with default settings: broker and backend are told by flags.

``celery --app taskyard.bench.peers.app --broker URL --result-backend URL worker``
"""

from __future__ import annotations

import time

from celery import Celery

app = Celery("peer")


@app.task  # type: ignore[untyped-decorator]
def echo(content: str) -> dict[str, str]:
    """Give back the content, as the yard's ECHO does."""
    return {"content": content}


@app.task  # type: ignore[untyped-decorator]
def started_at() -> float:
    """The time of day at which this runs."""
    return time.time()
