"""TikTok, by its Content Posting API."""

from __future__ import annotations

from workers.scripts.publishers.tiktok.publisher import open_publisher

__all__ = ["open_publisher"]
