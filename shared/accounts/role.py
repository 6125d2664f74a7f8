"""Who may do what: one table of role × permission, from which routes take theirs. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a caller was let in as.

    validator  answers tasks of its account, nothing else
    buyer      its account's tasks, projects, credits and counts, its documents and their jobs,
               its campaigns of links, its schedules and webhooks
    operator   all of its own account: also queues, servers, keys and tokens, and devices, with
               what scripts run in and post: accounts elsewhere, and material
    admin      the whole yard; made only on the command line
    """

    VALIDATOR = "validator"
    BUYER = "buyer"
    OPERATOR = "operator"
    ADMIN = "admin"


_VALIDATOR = frozenset({"answers:next", "answers:give"})
_BUYER = frozenset(
    {
        "tasks:submit",
        "tasks:read",
        "tasks:cancel",
        "projects:read",
        "projects:write",
        "credits:read",
        "stats:read",
        "jobs:read",
        "jobs:cancel",
        "documents:read",
        "documents:write",
        "campaigns:read",
        "campaigns:write",
        "schedules:read",
        "schedules:write",
        "webhooks:read",
        "webhooks:write",
    }
)
_OPERATOR = _BUYER | {
    "tasks:retry",
    "tokens:issue",
    "queues:read",
    "queues:pause",
    "devices:read",
    "devices:write",
    "servers:read",
    "servers:write",
}
_ADMIN = _OPERATOR | {"accounts:read", "accounts:write", "credits:add", "yard:read", "yard:write"}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.VALIDATOR: _VALIDATOR,
    Role.BUYER: _BUYER,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: _ADMIN,
}
"""What each role may do. Answering is for validators alone: it needs a person's name."""

SERVER_PERMISSIONS = frozenset({"links:do"})
"""What remote servers may do, by keys of their own; no role holds it."""

ALL_PERMISSIONS = SERVER_PERMISSIONS.union(*PERMISSIONS.values())
OUTSIDE_ROLES = frozenset({Role.BUYER, Role.VALIDATOR})
"""What another issuer's token may grant."""


def may(role: Role, permission: str) -> bool:
    """Whether ``role`` holds ``permission``; a permission nobody knows is a mistake of ours."""
    if permission not in ALL_PERMISSIONS:
        raise KeyError(permission)
    return permission in PERMISSIONS[role]


def may_grant(granting: Role, granted: Role) -> bool:
    """Whether a caller may hand out tokens of that role over HTTP: never above its own."""
    return may(granting, "tokens:issue") and granted is not Role.ADMIN
