"""The way of a submission from the request at hand to its checks."""

from __future__ import annotations

from api.auth import caller
from api.buyers.submission import Desk
from api.gateway import gateway
from shared.accounts.project import Project, get_project
from shared.errors import NotFound


def desk() -> Desk:
    """What the checks of this request look things up in; a project is read once."""
    yard = gateway().yard
    networks = yard.settings.webhook_allow_networks
    return Desk(caller(), yard.registry, ProjectFinder(), networks)


class ProjectFinder:
    """Finds the caller's projects, each read once in a request."""

    def __init__(self) -> None:
        self._found: dict[str, Project | None] = {}

    def __call__(self, project_id: str) -> Project | None:
        """The caller's project, or None."""
        if project_id not in self._found:
            self._found[project_id] = _read(project_id)
        return self._found[project_id]


def _read(project_id: str) -> Project | None:
    try:
        with gateway().yard.store.read() as tx:
            return get_project(tx, caller().account_id, project_id)
    except NotFound:
        return None
