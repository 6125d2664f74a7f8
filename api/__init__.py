"""The gateway: HTTP in, JSON out; it does no work itself."""

from api.app import create_app, create_app_for

__all__ = ["create_app", "create_app_for"]
