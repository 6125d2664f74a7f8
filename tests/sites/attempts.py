"""Posts, accounts and attempts for tests of publishers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from shared.blobs.blob import keep
from shared.db import Store
from shared.errors import GiveWay, TaskError
from shared.sealed import seal
from shared.settings import Settings
from shared.social.account import (
    add_social_account,
    change_social_account,
    get_social_account,
)
from shared.yard import Yard
from tests.memory_yard import MemoryYard
from workers.scripts.publishers.instagram.publisher import Instagram
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Login, Media, Post, Published
from workers.scripts.publishers.tiktok.publisher import TikTok

ANSWER_SECONDS = 2.0
FAST = Polling(first_seconds=0.005, longest_seconds=0.02, least_seconds=20.0)
HASTY = Polling(first_seconds=0.005, longest_seconds=0.02, least_seconds=0.1)
LOOPBACK = ip_network("127.0.0.0/8")
Kind = type[TikTok] | type[Instagram]


@dataclass
class Attempts:
    """One task of one account, as its attempts see it: each finds what those before it noted."""

    yard: Yard
    publisher: Kind
    account_id: str
    social_id: str
    post: Post
    noted: dict[str, Any] = field(default_factory=dict)
    percents: list[float] = field(default_factory=list)
    stopped_after: int | None = None
    """After how many notes another attempt has the task."""

    def note(self, **facts: Any) -> None:
        """Keep them; `GiveWay` where another attempt has the task."""
        if self.stopped_after is not None:
            self.stopped_after -= 1
            if self.stopped_after < 0:
                raise GiveWay("another attempt has the task")
        self.noted.update(facts)

    def progress(self, percent: float) -> None:
        """Keep it."""
        self.percents.append(percent)

    def run(self, polling: Polling = FAST) -> Published:
        """One more attempt; `TaskError` where it comes to nothing."""
        publisher = self.publisher(self.yard.settings, polling, ANSWER_SECONDS)
        return publisher.publish(self.post, self.login(), self)

    def failed(self, polling: Polling = FAST) -> TaskError:
        """What one more attempt raises."""
        with pytest.raises(TaskError) as caught:
            self.run(polling)
        return caught.value

    def give(self, **changes: Any) -> None:
        """Give the account a credential that differs in ``changes``."""
        login = self.login()
        assert login.social
        changed = {**(login.credential or {}), **changes}
        sealed = seal(self.yard.settings, login.social.id, changed)
        with self.yard.store.begin() as tx:
            change_social_account(tx, login.social, credential=sealed)

    def login(self) -> Login:
        """The account as it is now, its credential opened."""
        with self.yard.store.read() as tx:
            account = get_social_account(tx, self.account_id, self.social_id)
        return Login(social=account, credential=account.opened(self.yard.settings))


def attempts(
    store: Store, settings: Settings, publisher: Kind, credential: Mapping[str, Any], post: Post
) -> Attempts:
    """A task of a new account with that credential; loopback counts as allowed."""
    made = MemoryYard(store, replace(settings, allow_networks=(LOOPBACK,)))
    own, given = made.yard.settings, dict(credential)
    with store.begin() as tx:
        account = add_social_account(
            tx, own, made.account.id, publisher.name, "someone", credential=given
        )
    return Attempts(made.yard, publisher, made.account.id, account.id, post)


def media(path: Path, content: bytes, media_type: str, **known: Any) -> Media:
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


def in_library(yard: Yard, content: bytes) -> str:
    """Keep ``content`` in the blob store, as the library does; its key."""
    with yard.blobs.writer() as writer:
        writer.write(content)
        written = writer.finish()
    with yard.store.begin() as tx:
        keep(tx, written)
    return written.key
