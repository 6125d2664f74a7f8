"""Over an ADB link: media into the device's gallery, and the app's own screen for shared files."""

from __future__ import annotations

from workers.scripts.publishers.adb.publisher import open_publisher

__all__ = ["open_publisher"]
