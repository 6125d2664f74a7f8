"""Dead pool children are found within a second.

Celery looks at a child when the pipe to it closes; a child that was killed closes it a moment
before it can be waited for, is taken for alive, and looked at again only seconds later.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps

LOOK_SECONDS = 0.5


class DeathWatch(bootsteps.StartStopStep):  # type: ignore[misc]
    """A step of the consumer; set up anew after every reconnection, as the event loop is."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def register_with_event_loop(self, consumer: Any, hub: Any) -> None:
        """Have the pool look after its children often."""
        look = getattr(consumer.pool, "maintain_pool", None)
        if look is not None:
            hub.call_repeatedly(LOOK_SECONDS, look)
