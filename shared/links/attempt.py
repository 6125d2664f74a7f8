"""One attempt at an order, by whoever makes it: our own workers, or an agent on another machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import Refused, TaskError, Unavailable
from shared.links.choice import open_connector
from shared.links.connector import Journal
from shared.links.order import Link, Order
from shared.outbound import OutboundError
from shared.settings import Settings

NEEDS = "Links cannot be made on this machine: pip install 'taskyard[publishing]'."


def make_link(order: Order, settings: Settings, journal: Journal) -> Link:
    """Make the link by the connector of its site, or find out that an earlier attempt did.

    `GiveWay` where ``journal`` says so; whatever a caller may hear of what else goes wrong is a
    `TaskError`, which says whether another attempt could help.
    """
    with told_as_task_errors():
        connector = open_connector(order, settings)
        connector.check(order)
        return connector.publish(order, journal)


@contextmanager
def told_as_task_errors() -> Iterator[None]:
    """Turn what goes wrong in the block, and callers may hear of, into a `TaskError`."""
    try:
        yield
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error
    except OutboundError as error:
        raise error.as_task_error() from error
    except ImportError as error:
        raise TaskError(NEEDS, retryable=False, code="LIBRARY_MISSING") from error
