"""What a publisher is given, what it answers, and what may go wrong.

Each publisher is a module of this package, called as what it publishes to (`mastodon`, `adb`,
`outbox`), and has the same interior: a class that is a `Publisher`, and a function
``open_publisher(yard: Yard) -> Publisher`` that makes one for a task. Making one costs little and
sends nothing; libraries are imported inside functions. `choice` says which module a task takes.

TaskError
├── LoggedOut        the platform does not take the account's credential any more
├── NotAccepted, TryLater: see `shared.sites.outcome`
└── DeviceOffline    the device does not answer over its ADB link
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from shared.devices.device import Device
from shared.errors import TaskError
from shared.social.account import SocialAccount
from shared.yard import Yard


class LoggedOut(TaskError):
    """The platform does not take the account's credential any more."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False, code="LOGGED_OUT")


class DeviceOffline(TaskError):
    """The device does not answer over its ADB link: its tasks wait until it does."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True, code="DEVICE_OFFLINE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file to publish; ``path`` is read only. Sizes in pixels, ``duration`` in seconds."""

    name: str
    path: Path
    kind: str
    media_type: str
    size_bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What the caller wants to be heard; volumes 0 to 100.

    ``choice`` is "-1" (none), "0", "1" or "custom" (then ``keyword`` says what to look for).
    """

    choice: str = "-1"
    name: str = ""
    keyword: str = ""
    original_volume: int = 50
    added_volume: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is to be published: a video, or one or more pictures, under a caption.

    ``key`` is the same in every attempt at the task, and no other task has it; ``number`` is the
    task's, for people.
    """

    key: str
    caption: str
    media: tuple[Media, ...]
    number: int = 0
    placement: str = "reel"
    way: str = "share"
    sound: Sound = Sound()
    product_link: bool = False
    upload_wait_seconds: float = 30.0
    sound_wait_seconds: float = 10.0

    @property
    def is_video(self) -> bool:
        """Whether it is a video; else it is pictures."""
        return any(media.kind == "video" for media in self.media)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where to publish: an account, a device, or an account on a device.

    ``credential`` is the account's own, opened; never to be logged.
    """

    social: SocialAccount | None = None
    device: Device | None = None
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """That it is there: ``url`` where it can be seen ("" where the platform gives none), ``id`` as
    the platform calls it, ``notes``: what the platform could not do as asked."""

    url: str
    id: str
    notes: tuple[str, ...] = ()


class PostContext(Protocol):
    """What a publisher may use while it publishes."""

    yard: Yard

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was noted by now, in earlier attempts at the same task too."""

    def note(self, **facts: Any) -> None:
        """Keep ``facts`` durably, before a step that must not be done twice.

        Raises `GiveWay` where another attempt has the task by now, or it was asked to stop.
        """

    def progress(self, percent: float) -> None:
        """Tell how much of the media has arrived, 0 to 100; cheap to call often."""


class Publisher(Protocol):
    """A way to publish.

    `publish` is called again after an attempt whose outcome nobody knows. It notes before it
    sends, and where it finds such a note it looks whether the post is there before it sends once
    more: one task never makes two posts.
    """

    name: str

    def check(self, post: Post) -> None:
        """Raise `NotAccepted` where the platform can never take ``post``; sends nothing."""

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish ``post``, or find it there; raises one of this module's errors."""
