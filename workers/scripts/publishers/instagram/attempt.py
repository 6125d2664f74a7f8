"""One attempt at a post on Instagram, which goes on where the one before it ended.

A container is published once at most, and no other is made while the noted one may be a post: so
one task makes one post. The container is noted before it is published; where that got no answer,
its status and the account's newest posts are looked at before it is published again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from shared.errors import TaskError
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.instagram.api import InstagramApi, UploadBroken
from workers.scripts.publishers.instagram.container import (
    STILL_PROCESSING,
    Container,
    make,
    missing_from,
)
from workers.scripts.publishers.instagram.errors import (
    QUOTA_SECONDS,
    Missing,
    processing_failure,
)
from workers.scripts.publishers.instagram.limits import is_story, notes
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Post, PostContext, Published

NOTE = "instagram"
SKEW = timedelta(seconds=5)
"""How far Instagram's clock may be from the store's."""
LEASE = timedelta(seconds=15)
"""How long nobody else posts in the account after its worker died."""
UNKNOWN = (
    "Instagram was asked to publish the post, its answer got lost, and it does not know the "
    "container any more: the post is not published again. Look at the account."
)
EXPIRED = "Instagram keeps a container for 24 hours: the post is made anew."


class InstagramAttempt:
    """What one attempt holds."""

    def __init__(
        self, post: Post, api: InstagramApi, context: PostContext, polling: Polling
    ) -> None:
        self._post = post
        self._api = api
        self._context = context
        self._polling = polling

    def run(self) -> Published:
        """Begin, or go on; the post once it is there."""
        noted = self._context.noted.get(NOTE)
        made = Container(**noted) if noted else None
        if made is None:
            self._check_quota()
            made = self._noted(make(self._post, self._api, self._context.yard, self._polling))
            self._upload(made, 0)
        elif made.media_id:
            return self._published(made.media_id)
        else:
            state = self._state(made)
            self._upload(made, missing_from(state, self._post.media[0].size_bytes))
        return self._finished(made)

    def _check_quota(self) -> None:
        used, total = self._api.limit()
        if 0 < total <= used:
            message = f"The account has made its {total} posts of 24 hours."
            raise TryLater(message, QUOTA_SECONDS)

    def _upload(self, made: Container, offset: int | None) -> None:
        if not made.upload_uri or offset is None:
            return
        video = self._post.media[0]
        try:
            self._api.upload(made.upload_uri, video, offset, self._told)
        except UploadBroken:
            self._context.note(**{NOTE: None})
            raise
        self._context.progress(100.0)

    def _finished(self, made: Container) -> Published:
        """Wait until Instagram has worked on the container, and publish it."""
        seconds = self._polling.seconds(self._post)
        state = self._polling.until(lambda: self._ready(made), seconds)
        if state is None:
            raise TryLater(STILL_PROCESSING)
        if state == "PUBLISHED":
            return self._found(made)
        is_known = bool(self._post.caption.strip()) and not is_story(self._post)
        if made.publishing_at and is_known and (there := self._among_recent(made)):
            return self._seen(there)
        return self._publish(made)

    def _ready(self, made: Container) -> str | None:
        word = str(self._state(made).get("status_code"))
        return word if word in ("FINISHED", "PUBLISHED") else None

    def _publish(self, made: Container) -> Published:
        asked = self._noted(replace(made, publishing_at=self._now(), unanswered_at=""))
        try:
            media_id = self._api.publish(asked.id)
        except TaskError as error:
            if error.retryable:
                self._noted(replace(asked, unanswered_at=self._now()))
            raise
        self._noted(replace(asked, media_id=media_id))
        return self._published(media_id)

    def _published(self, media_id: str) -> Published:
        try:
            url = self._api.permalink(media_id)
        except TaskError:
            url = ""  # it is there all the same
        return Published(url=url, id=media_id, notes=notes(self._post))

    def _state(self, made: Container) -> Mapping[str, Any]:
        """How far the container is; one that can never be a post is forgotten, and raises."""
        try:
            state = self._api.container(made.id)
        except Missing as error:
            if made.publishing_at:
                raise NotAccepted(UNKNOWN, code="OUTCOME_UNKNOWN") from error
            self._context.note(**{NOTE: None})
            raise TryLater(EXPIRED) from error
        word = state.get("status_code")
        if word in ("ERROR", "EXPIRED"):
            self._context.note(**{NOTE: None})
            if word == "EXPIRED":
                raise TryLater(EXPIRED)
            raise processing_failure(str(state.get("status") or ""))
        return state

    def _found(self, made: Container) -> Published:
        """The post that a container became, though its answer got lost."""
        there = self._among_recent(made) if made.publishing_at else None
        if there is None:
            return Published(url="", id=made.id, notes=notes(self._post))
        return self._seen(there)

    def _seen(self, there: Mapping[str, Any]) -> Published:
        url = str(there.get("permalink") or "")
        return Published(url=url, id=str(there["id"]), notes=notes(self._post))

    def _among_recent(self, made: Container) -> Mapping[str, Any] | None:
        """The post of this caption that appeared while no other task posted in the account."""
        began_at = datetime.fromisoformat(made.publishing_at)
        ended_at = datetime.fromisoformat(made.unanswered_at or made.publishing_at)
        latest = ended_at + (SKEW if made.unanswered_at else LEASE)
        for each in self._api.recent(stories=is_story(self._post)):
            is_ours = is_story(self._post) or _caption(each) == self._post.caption.strip()
            if is_ours and began_at - SKEW <= _moment(each) <= latest:
                return each
        return None

    def _noted(self, made: Container) -> Container:
        self._context.note(**{NOTE: asdict(made)})
        return made

    def _now(self) -> str:
        with self._context.yard.store.read() as tx:
            return tx.now.isoformat()

    def _told(self, sent_bytes: int) -> None:
        self._context.progress(100.0 * sent_bytes / self._post.media[0].size_bytes)


def _caption(media: Mapping[str, Any]) -> str:
    return str(media.get("caption") or "").strip()


def _moment(media: Mapping[str, Any]) -> datetime:
    return datetime.strptime(str(media["timestamp"]), "%Y-%m-%dT%H:%M:%S%z")
