"""mastodon: publishes a status with pictures or a video, by Mastodon's API.

A status has the media that were uploaded for it and nobody else's, so their ids, noted before it
is sent, tell for good whether it is there: the server's own Idempotency-Key lasts an hour.
https://docs.joinmastodon.org/methods/statuses/#create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.sites.error import RequestRefused
from shared.sites.mastodon import MastodonClient
from shared.sites.mastodon_limits import Limits
from shared.sites.outcome import NotAccepted, TryLater
from shared.yard import Yard
from workers.scripts.publishers.plain_post import (
    OTHER_ACCOUNT,
    alt_text,
    check_mix,
    credential_text,
    credential_url,
    notes,
)
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Login, Media, Post, PostContext, Published
from workers.scripts.publishers.site_errors import told_to_posts

SITE = "Mastodon"
UPLOADED_PERCENT = 90.0
NOT_FOUND = 404


class MastodonPublisher:
    """The publisher; see `Publisher`."""

    name = "mastodon"

    def __init__(
        self,
        settings: Settings,
        polling: Polling = Polling(),  # noqa: B008 - frozen
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._settings = settings
        self._polling = polling
        self._answer_seconds = answer_seconds

    def check(self, post: Post) -> None:
        """Raise `NotAccepted` where no server takes ``post``: each has limits of its own."""
        check_mix(post, SITE)

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish ``post``, or find it there; raises the protocol's errors."""
        self.check(post)
        instance = credential_url(account, "instance")
        token = credential_text(account, "access_token")
        with (
            told_to_posts(),
            MastodonClient(
                self._settings, instance, token, answer_seconds=self._answer_seconds
            ) as client,
        ):
            status = _Attempt(post, client, context, self._polling).run()
            return Published(
                url=str(status.get("url") or status.get("uri") or ""),
                id=str(status["id"]),
                notes=tuple(notes(post, SITE)),
            )


def open_publisher(yard: Yard) -> MastodonPublisher:
    """The publisher of this yard."""
    return MastodonPublisher(yard.settings)


class _Attempt:
    """One attempt; notes ``media``, the ids of all uploads so far, ``after``, the id of the
    status that was the newest before them (None where there was none), and ``account``."""

    def __init__(
        self, post: Post, client: MastodonClient, context: PostContext, polling: Polling
    ) -> None:
        self._post, self._client, self._context = post, client, context
        self._polling = polling

    def run(self) -> Mapping[str, Any]:
        """The status: an earlier attempt's, or a new one."""
        who = str(self._client.account()["id"])
        self._require_same_account(who)
        media_ids = self._left_over()
        if found := self._found(who):
            return found
        if not media_ids:
            media_ids = self._uploaded(who)
        self._wait_for(media_ids)
        self._context.note(sending=True)  # the wait was long: the task may be another's by now
        return self._client.post(self._post.caption, media_ids, self._post.key)

    def _left_over(self) -> list[str]:
        """The media of an earlier attempt, where they are still there and in no status.

        They are looked for before the status is: media that went into one meanwhile are missed
        here, and their status is found then.
        """
        media_ids = self._noted_media()[-len(self._post.media) :]
        try:
            for media_id in media_ids:
                self._client.is_ready(media_id)
        except RequestRefused as error:
            if error.status != NOT_FOUND:
                raise
            return []
        return media_ids

    def _found(self, who: str) -> Mapping[str, Any] | None:
        """The status that an earlier attempt made, if it did."""
        sent = self._noted_media()
        if not sent:
            return None
        return self._client.status_with(who, sent, self._context.noted.get("after"))

    def _uploaded(self, who: str) -> list[str]:
        limits = self._client.limits()
        check_limits(self._post, limits)
        noted = self._context.noted
        after = noted["after"] if "after" in noted else self._client.newest_status(who)
        alt = alt_text(self._post, limits.description_limit)
        media_ids, before = [], 0
        for media in self._post.media:
            media_ids.append(self._upload(media, alt, before))
            before += media.size_bytes
        self._context.note(
            media=[*self._noted_media(), *media_ids], after=after, account=self._named(who)
        )
        return media_ids

    def _upload(self, media: Media, alt: str, before: int) -> str:
        """Send one, after so many bytes of others."""
        whole = max(1, sum(each.size_bytes for each in self._post.media))

        def told(size_bytes: int) -> None:
            self._context.progress(UPLOADED_PERCENT * (before + size_bytes) / whole)

        return self._client.upload(media.path, media.media_type, alt, media.name, told)

    def _wait_for(self, media_ids: Sequence[str]) -> None:
        """Wait until the server has worked through the media."""

        def look() -> bool | None:
            return all(self._client.is_ready(media_id) for media_id in media_ids) or None

        if not self._polling.until(look, self._polling.seconds(self._post)):
            raise TryLater("The server is still working through the media.")

    def _require_same_account(self, who: str) -> None:
        """Refuse where an earlier attempt may have posted in another account; what was uploaded
        there, and no more, is forgotten."""
        noted = self._context.noted
        if noted.get("account") in (None, self._named(who)):
            return
        if noted.get("sending"):
            raise NotAccepted(OTHER_ACCOUNT, code="OUTCOME_UNKNOWN")
        self._context.note(media=[], after=self._client.newest_status(who), account=None)

    def _named(self, who: str) -> str:
        return f"{who}@{self._client.api.api_base_url}"

    def _noted_media(self) -> list[str]:
        return [str(media_id) for media_id in self._context.noted.get("media") or ()]


def check_limits(post: Post, limits: Limits) -> None:
    """Raise `NotAccepted` where a server with those limits does not take ``post``. Pure."""
    length, most = limits.length(post.caption), limits.max_characters
    if length > most:
        raise NotAccepted(f"captions: the server takes {most} characters, these are {length}.")
    check_mix(post, SITE, limits.max_media_attachments)
    for media in post.media:
        _check_media(media, limits)


def _check_media(media: Media, limits: Limits) -> None:
    types = limits.supported_mime_types
    if types and media.media_type not in types:
        raise NotAccepted(f"{media.name}: the server takes {', '.join(types)}.")
    is_video = media.kind == "video"
    most_bytes = limits.video_size_limit if is_video else limits.image_size_limit
    if media.size_bytes > most_bytes:
        raise NotAccepted(f"{media.name}: the server takes up to {most_bytes} bytes.")
    most_pixels = limits.video_matrix_limit if is_video else limits.image_matrix_limit
    if (media.width or 0) * (media.height or 0) > most_pixels:
        raise NotAccepted(f"{media.name}: the server takes up to {most_pixels} pixels.")
