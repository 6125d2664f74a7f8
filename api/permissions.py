"""What each route asks of its caller; a route that declares nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from shared.accounts.role import ALL_PERMISSIONS

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = frozenset(
    {
        "health.healthz",
        "health.readyz",
        "api-docs.openapi_json",
        "docs.page",
        "docs.file",
    }
)
"""The endpoints that ask for no credential."""


def permit(permission: str) -> Callable[[View], View]:
    """Let only callers into this view whose role holds ``permission``."""
    if permission not in ALL_PERMISSIONS:
        raise KeyError(permission)

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What the view at ``endpoint`` asks for; None where it declares nothing."""
    return getattr(app.view_functions[endpoint], "permission", None)
