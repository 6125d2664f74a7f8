"""Instagram, by its Graph API."""

from __future__ import annotations

from workers.scripts.publishers.instagram.publisher import open_publisher

__all__ = ["open_publisher"]
