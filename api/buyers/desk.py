"""The way of a submission from the request at hand to its checks."""

from __future__ import annotations

from functools import lru_cache

from api.auth import caller
from api.buyers.submission import Desk
from api.gateway import gateway
from shared.accounts.project import Project, get_project
from shared.errors import NotFound


def desk() -> Desk:
    """What the checks of this request look things up in; a project is read once."""
    return Desk(caller(), gateway().yard.registry, lru_cache(maxsize=1000)(find_project))


def find_project(project_id: str) -> Project | None:
    """The caller's project, or None."""
    try:
        with gateway().yard.store.read() as tx:
            return get_project(tx, caller().account_id, project_id)
    except NotFound:
        return None
