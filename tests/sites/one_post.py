"""One task that publishes a post, attempt after attempt, without a yard around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from shared.errors import GiveWay
from shared.settings import Settings
from shared.yard import Yard
from workers.scripts.publishers.protocol import Login, Media, Post, Published, Publisher

LOOPBACK = ip_network("127.0.0.0/8")


@dataclass
class OnePost:
    """The `PostContext` of each `run`, which is an attempt; it finds what those before noted."""

    settings: Settings
    credential: Mapping[str, Any]
    post: Post
    noted: dict[str, Any] = field(default_factory=dict)
    percents: list[float] = field(default_factory=list)
    taken_away: bool = False
    """Another attempt has the task by now."""
    yard: Yard = field(init=False, repr=False)

    def run(self, publisher: Publisher) -> Published:
        """One more attempt."""
        return publisher.publish(self.post, Login(credential=self.credential), self)

    def note(self, **facts: Any) -> None:
        """Keep them."""
        if self.taken_away:
            raise GiveWay("another attempt has the task")
        self.noted.update(facts)

    def progress(self, percent: float) -> None:
        """Keep it."""
        self.percents.append(percent)


def one_post(settings: Settings, credential: Mapping[str, Any], post: Post) -> OnePost:
    """A task with that credential; loopback counts as allowed."""
    return OnePost(replace(settings, allow_networks=(LOOPBACK,)), credential, post)


def media_file(path: Path, content: bytes, media_type: str, **known: Any) -> Media:
    """A file of that content."""
    path.write_bytes(content)
    return Media(
        name=path.name,
        path=path,
        kind=media_type.partition("/")[0],
        media_type=media_type,
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        **known,
    )
