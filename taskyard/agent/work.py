"""One attempt at a claimed task, and what is to be reported of it."""

from __future__ import annotations

import logging

from shared.errors import GiveWay, TaskError
from shared.hidden import hidden
from shared.links.attempt import make_link
from shared.links.connector import Journal
from shared.secrecy import secret_texts, without_secrets
from shared.settings import Settings
from taskyard.agent import finished
from taskyard.agent.finished import Finished
from taskyard.agent.held import Held

log = logging.getLogger(__name__)


def work(held: Held, settings: Settings, journal: Journal) -> Finished | None:
    """Make the link; None where there is nothing to report, for others have the task.

    The site's password is neither in the report nor in the log.
    """
    secrets = secret_texts(held.task.order.site.password)
    with hidden(secrets):
        done = _tried(held, settings, journal)
    return done and Finished(done.link_id, done.attempt, without_secrets(done.said, secrets))


def _tried(held: Held, settings: Settings, journal: Journal) -> Finished | None:
    task = held.task
    try:
        return finished.completed(task, make_link(task.order, settings, journal))
    except GiveWay as way:
        log.info("gave way: %s", way)
        return finished.canceled(task) if held.is_canceled else None
    except TaskError as error:
        log.info("attempt failed: %s", error)
        return finished.failed(task, error)
    except Exception as error:
        log.exception("the connector broke")
        broken = TaskError(f"The connector failed ({type(error).__name__}).")
        return finished.failed(task, broken)
