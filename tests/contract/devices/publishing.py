"""Short ways to publish on the telephone of a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from shared.db import Store
from shared.devices.device import Device
from shared.errors import GiveWay
from shared.settings import Settings
from shared.social.account import SocialAccount
from shared.yard import Yard
from workers.scripts.publishers.adb.publisher import open_publisher
from workers.scripts.publishers.protocol import Login, Media, Post, Published

SERIAL = "R58M12ABCDE"
KEY = "0197f3c2-7c1e-7000-8000-000000000001"
NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Notes:
    """A `PostContext` that remembers; ``is_stopped`` makes it give way."""

    def __init__(self, yard: Yard, kept: dict[str, Any]) -> None:
        self.yard = yard
        self.kept = kept
        self.percents: list[float] = []
        self.is_stopped = False

    @property
    def noted(self) -> Mapping[str, Any]:
        return self.kept

    def note(self, **facts: Any) -> None:
        if self.is_stopped:
            raise GiveWay("asked to stop")
        self.kept.update(facts)

    def progress(self, percent: float) -> None:
        self.percents.append(percent)


class Publishing:
    """The publisher, and attempts at one task: what one notes, the next one knows."""

    def __init__(
        self, settings: Settings, store: Store, folder: Path, serial: str = SERIAL
    ) -> None:
        self._serial = serial
        self.yard = cast(Yard, SimpleNamespace(settings=settings, store=store))
        self.publisher = open_publisher(self.yard)
        self.kept: dict[str, Any] = {}
        self.context = Notes(self.yard, self.kept)
        self._folder = folder

    def media(
        self, name: str = "clip.mp4", content: bytes = b"a film", kind: str = "video"
    ) -> Media:
        """A file to publish."""
        path = self._folder / sha256(name.encode() + content).hexdigest()
        path.write_bytes(content)
        return Media(
            name=name, path=path, kind=kind, size_bytes=len(content),
            media_type="video/mp4" if kind == "video" else "image/jpeg",
            sha256=sha256(content).hexdigest(),
        )  # fmt: skip

    def post(self, caption: str = "Hello #new", **given: Any) -> Post:
        """A post of one film, unless other media is ``given``."""
        media = given.pop("media", None) or (self.media(),)
        plain: dict[str, Any] = {"key": KEY, "upload_wait_seconds": 0.0, "media": media}
        return Post(caption=caption, **plain | given)

    def publish(self, post: Post | None = None, **account: Any) -> Published:
        """The next attempt."""
        login = Login(social=social(**account), device=device(self._serial))
        return self.publisher.publish(post or self.post(), login, self.context)


def device(serial: str) -> Device:
    """The row of the telephone."""
    return Device(
        number=1, id=KEY, account_id=KEY, serial=serial, name=serial, adb=True, online=True,
        tags=[], created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def social(platform: str = "tiktok", package_name: str = "") -> SocialAccount:
    """The row of an account on it."""
    return SocialAccount(
        number=1, id=KEY, account_id=KEY, platform=platform, username="anna", email="",
        device_id=KEY, package_name=package_name, enabled=True, logged_in=True, credential=None,
        timezone="UTC", pause_seconds=0.0, daily_cap=None, tags=[], created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
