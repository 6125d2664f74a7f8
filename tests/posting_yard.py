"""A yard whose posts are published in this process, by the handler itself, to a false platform."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from shared.db import Store
from shared.devices.device import Device, add_device, get_device
from shared.material.library import add_material
from shared.material.material import material_uses
from shared.media.facts import Facts
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from shared.social.account import SocialAccount, add_social_account, get_social_account
from shared.tasks import backlog, dispatch, mutex
from shared.tasks.draft import Accepted, Draft
from shared.tasks.loss import Cause
from shared.tasks.task import Task
from shared.yard import Yard
from tests.memory_yard import WORKER, MemoryYard, Roomy
from workers.context import RunContext
from workers.execute import execute
from workers.scripts.post import POST, run
from workers.scripts.publishers.protocol import (
    DeviceOffline,
    LoggedOut,
    Login,
    Media,
    Post,
    PostContext,
    Published,
)

VIDEO = Facts(kind="video", media_type="video/mp4", width=720, height=1280, duration_seconds=9.0)
PICTURE = Facts(kind="image", media_type="image/png", width=720, height=720)
TOKEN = {"access_token": "a token"}


class Killed(BaseException):
    """The process that runs the handler is gone."""


@dataclass
class FalsePlatform:
    """A publisher and the platform behind it; each attempt may have one trouble, in turn.

    It keeps to the protocol: it notes before it sends, and looks before it sends again.
    """

    name: str = "mastodon"
    posts: list[Post] = field(default_factory=list)
    troubles: deque[str] = field(default_factory=deque)
    attempts: list[tuple[Post, Login]] = field(default_factory=list)
    refuses: Callable[[Post], str | None] = field(default=lambda _post: None)
    meanwhile: Callable[[], object] = field(default=lambda: None)
    """What somebody else does while the post is published."""

    def check(self, post: Post) -> None:
        """As the test says."""
        message = self.refuses(post)
        if message is not None:
            raise NotAccepted(message)

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish once, whatever happens on the way."""
        trouble = self.troubles.popleft() if self.troubles else ""
        self.attempts.append((post, account))
        self.meanwhile()
        if trouble in _BEFORE:
            raise _BEFORE[trouble]
        if not (context.noted.get("sent") and post.key in {sent.key for sent in self.posts}):
            context.note(sent=True)
            if trouble == "killed before":
                raise Killed
            self.posts.append(post)
        if trouble == "cut":
            raise TryLater("The platform hung up.")
        if trouble == "killed after":
            raise Killed
        return Published(url=f"https://social.example/{post.key}", id=post.key, notes=("no sound",))

    @property
    def files(self) -> list[list[str]]:
        """The names of what was posted, post by post."""
        return [[media.name for media in post.media] for post in self.posts]


_BEFORE: dict[str, Exception] = {
    "logged out": LoggedOut("The platform does not take the token."),
    "busy": TryLater("Too many requests.", 120.0),
    "busy for years": TryLater("Too many requests.", 1e9),
    "offline": DeviceOffline("The device device_1 is not connected."),
    "refused": NotAccepted("The platform does not like it."),
}


def only(kind: str, most_seconds: float) -> Callable[[Post], str | None]:
    """A platform's rule: no longer than that."""

    def refuses(post: Post) -> str | None:
        long = [
            m for m in post.media if m.kind == kind and (m.duration_seconds or 0) > most_seconds
        ]
        return f"{long[0].name} is too long." if long else None

    return refuses


@dataclass(slots=True)
class PostingYard:
    """Short ways to make accounts, devices and material, to order posts and to have them done."""

    store: Store
    settings: Settings
    memory: MemoryYard = field(init=False)

    def __post_init__(self) -> None:
        self.memory = MemoryYard(self.store, self.settings)
        self.yard.registry.types[POST.name] = POST

    @property
    def yard(self) -> Yard:
        """The yard itself."""
        return self.memory.yard

    @property
    def account_id(self) -> str:
        """The account that owns what is made here."""
        return self.memory.account.id

    def social(
        self,
        username: str = "ann",
        platform: str = "mastodon",
        *,
        with_token: bool = True,
        **given: Any,
    ) -> SocialAccount:
        """A new account, by default one that its platform's publisher can log in to."""
        credential = dict(TOKEN) if with_token else None
        with self.store.begin() as tx:
            return add_social_account(
                tx, self.yard.settings, self.account_id, platform, username,
                credential=credential, **given,
            )  # fmt: skip

    def device(self, serial: str = "device_1", *, adb: bool = False) -> Device:
        """A new device."""
        with self.store.begin() as tx:
            return add_device(tx, self.account_id, serial, adb=adb)

    def material(
        self, name: str, facts: Facts | None = VIDEO, content: bytes = b"", **given: Any
    ) -> str:
        """New material of the library, checked unless there are no facts; its hash."""
        written = self.yard.blobs.write(content or name.encode())
        with self.store.begin() as tx:
            added = add_material(
                tx, self.account_id, written, name=name, facts=facts, **given
            )  # fmt: skip
        return added.material.sha256

    def order(
        self, social: SocialAccount | None = None, device: Device | None = None, **config: Any
    ) -> str:
        """Order a post as the gateway does; the task's id."""
        given = {
            "serial": device.serial if device else None,
            "device_id": device.id if device else None,
            "username": social.username if social else None,
            "social_id": social.id if social else None,
            "config": config,
        }
        loaded = POST.payload.load(given)
        draft = Draft(account_id=self.account_id, task_type=POST, payload=loaded, dialect="scripts")
        (answer,) = dispatch.submit(self.yard, [draft], Roomy())
        assert isinstance(answer, Accepted)
        return answer.task_id

    def hand_out(self) -> list[str]:
        """Queue what may go now; the ids."""
        self.store.transact(backlog.wake)
        dispatch.release(self.yard, POST.queue, Roomy())
        ids: list[str] = []
        while (message := self.memory.broker.take(POST.queue)) is not None:
            ids += message.ids
        return ids

    def work(self, rounds: int = 10) -> int:
        """Do what may go now, as one worker does; how many attempts were made."""
        made = 0
        for _ in range(rounds):
            ids = self.hand_out()
            if not ids:
                return made
            made += sum(execute(self.yard, POST, [task_id], WORKER) for task_id in ids)
        return made

    def done(
        self, social: SocialAccount | None = None, device: Device | None = None, **config: Any
    ) -> Task:
        """Order a post and have it tried once; the task as it is then."""
        task_id = self.order(social, device, **config)
        self.work(rounds=1)
        return self.task(task_id)

    def begin(self, task_id: str, holder: str = WORKER) -> RunContext:
        """Hand out and claim the task; what its handler is given."""
        assert self.hand_out() == [task_id]
        (task,) = self.memory.claim(task_id, holder=holder)
        return RunContext(self.yard, task)

    def run(self, context: RunContext) -> dict[str, Any]:
        """What the handler does with a claimed task; nobody reports it."""
        return run(self.task(context.task_id).payload, context)

    def lose(self, holder: str = WORKER) -> None:
        """The worker is seen to be dead; what it ran is handed out again."""
        dispatch.lose(self.yard, holder, Cause.WORKER_DIED, actor="tests")

    def task(self, task_id: str) -> Task:
        """The row as it is now."""
        return self.memory.task(task_id)

    def account(self, social: SocialAccount) -> SocialAccount:
        """The account as it is now."""
        with self.store.read() as tx:
            return get_social_account(tx, self.account_id, social.id)

    def phone(self, device: Device) -> Device:
        """The device as it is now."""
        with self.store.read() as tx:
            return get_device(tx, self.account_id, device.id)

    def closure(self, name: str) -> mutex.Closure | None:
        """That a mutex is closed now, or None."""
        with self.store.read() as tx:
            return mutex.closure(tx, name)

    def uses(self, task_id: str) -> list[str]:
        """The hashes of what was given to a task."""
        query = select(material_uses.c.sha256).where(material_uses.c.task_id == task_id)
        with self.store.read() as tx:
            return [row.sha256 for row in tx.rows(query.order_by(material_uses.c.number))]


def hash_of(content: bytes) -> str:
    """As rows have it."""
    return sha256(content).hexdigest()


def read(media: Media) -> bytes:
    """What a publisher finds in a file."""
    return Path(media.path).read_bytes()
