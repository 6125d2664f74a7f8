"""bluesky: publishes a post with pictures or a video, by the AT Protocol.

A post's key in its repository is made from the task's, so one task has one post however often it
is sent: the server refuses a second one with the same key.
https://docs.bsky.app/docs/advanced-guides/posts
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.settings import Settings
from shared.sites.bluesky import POSTS, SERVICE, BlueskyClient
from shared.sites.bluesky_video import VIDEO_SERVICE, VideoService
from shared.sites.client import ANSWER_SECONDS
from shared.sites.facets import facets
from shared.sites.graphemes import count_graphemes
from shared.sites.outcome import NotAccepted, TryLater
from shared.sites.record_key import record_key
from shared.sites.upload import Upload
from shared.yard import Yard
from workers.scripts.publishers.picture import Picture, fitted
from workers.scripts.publishers.plain_post import (
    OTHER_ACCOUNT,
    alt_text,
    check_mix,
    credential_text,
    credential_url,
    notes,
)
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Login, Post, PostContext, Published
from workers.scripts.publishers.site_errors import told_to_posts

SITE = "Bluesky"
WEB = "https://bsky.app/profile"
LONGEST_GRAPHEMES = 300
LONGEST_BYTES = 3000
MOST_PICTURES = 4
MOST_PICTURE_BYTES = 1_000_000
"""Newer servers take twice that, older ones do not."""
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MOST_VIDEO_BYTES = 300_000_000
VIDEO_TYPE = "video/mp4"
UPLOADED_PERCENT = 90.0


class BlueskyPublisher:
    """The publisher; see `Publisher`."""

    name = "bluesky"

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
        """Raise `NotAccepted` where Bluesky can never take ``post``; sends nothing.

        https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky
        """
        length = count_graphemes(post.caption)
        if length > LONGEST_GRAPHEMES:
            message = f"{SITE} takes {LONGEST_GRAPHEMES} characters, these are {length}."
            raise NotAccepted(f"captions: {message}")
        if len(post.caption.encode()) > LONGEST_BYTES:
            raise NotAccepted(f"captions: {SITE} takes {LONGEST_BYTES} bytes.")
        check_mix(post, SITE, MOST_PICTURES)
        if post.is_video:
            _check_video(post)

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish ``post``, or find it there; raises the protocol's errors."""
        self.check(post)
        identifier = credential_text(account, "identifier")
        password = credential_text(account, "password")
        service = credential_url(account, "service", SERVICE)
        video_service = ""
        if (account.credential or {}).get("video_service") != "":
            video_service = credential_url(account, "video_service", VIDEO_SERVICE)
        with (
            told_to_posts(),
            BlueskyClient(self._settings, service, answer_seconds=self._answer_seconds) as client,
        ):
            client.log_in(identifier, password)
            return _Attempt(post, client, context, self._polling, video_service).run()


def open_publisher(yard: Yard) -> BlueskyPublisher:
    """The publisher of this yard."""
    return BlueskyPublisher(yard.settings)


class _Attempt:
    """One attempt; ``video_service`` is a URL, "" where the PDS itself takes videos."""

    def __init__(
        self,
        post: Post,
        client: BlueskyClient,
        context: PostContext,
        polling: Polling,
        video_service: str,
    ) -> None:
        self._post, self._client, self._context = post, client, context
        self._polling = polling
        self._video_service = video_service
        self._notes = notes(post, SITE)

    def run(self) -> Published:
        """The post: an earlier attempt's, or a new one."""
        key = record_key(self._post.key)
        self._require_same_account()
        made = self._client.record(key)
        if made is None:
            record = self._record()
            self._context.note(rkey=key, did=self._client.did)
            made = self._client.create(key, record)
        url = f"{WEB}/{self._client.did}/post/{key}"
        return Published(url=url, id=str(made["uri"]), notes=tuple(self._notes))

    def _require_same_account(self) -> None:
        """Refuse where an earlier attempt may have made the post in another repository."""
        if self._context.noted.get("did", self._client.did) != self._client.did:
            raise NotAccepted(OTHER_ACCOUNT, code="OUTCOME_UNKNOWN")

    def _record(self) -> Mapping[str, Any]:
        embed = self._video() if self._post.is_video else self._pictures()
        now = self._client.clock.now()
        text = self._post.caption
        found = facets(text)
        return {
            "$type": POSTS,
            "text": text,
            "createdAt": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "embed": embed,
            **({"facets": found} if found else {}),
        }

    def _pictures(self) -> Mapping[str, Any]:
        images = []
        for place, media in enumerate(self._post.media, 1):
            picture = fitted(media, MOST_PICTURE_BYTES, PICTURE_TYPES)
            if picture.note:
                self._notes.append(picture.note)
            images.append(self._picture(picture))
            self._context.progress(UPLOADED_PERCENT * place / len(self._post.media))
        return {"$type": "app.bsky.embed.images", "images": images}

    def _picture(self, picture: Picture) -> Mapping[str, Any]:
        return {
            "alt": alt_text(self._post),
            "image": self._client.upload(picture.content, picture.media_type),
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }

    def _video(self) -> Mapping[str, Any]:
        media = self._post.media[0]
        size = {"width": media.width, "height": media.height}
        return {
            "$type": "app.bsky.embed.video",
            "video": self._worked_through() if self._video_service else self._as_it_is(),
            "alt": alt_text(self._post),
            **({"aspectRatio": size} if media.width and media.height else {}),
        }

    def _as_it_is(self) -> Mapping[str, Any]:
        """The video's blob, put into the PDS: Bluesky works it through once it is posted."""
        with Upload(self._post.media[0].path, self._told) as file:
            return self._client.upload(file, VIDEO_TYPE)

    def _worked_through(self) -> Mapping[str, Any]:
        """The video's blob as the video service puts it into the PDS."""
        media = self._post.media[0]
        service = VideoService(self._client, self._video_service)
        service.check_limits(media.size_bytes)
        with Upload(media.path, self._told) as file:
            job = service.send(file, media.name)

        def look() -> Mapping[str, Any] | None:
            return service.look(job).blob

        blob = job.blob or self._polling.until(look, self._polling.seconds(self._post))
        if blob is None:
            raise TryLater(f"{SITE} is still working through the video.")
        return blob

    def _told(self, size_bytes: int) -> None:
        whole = self._post.media[0].size_bytes
        self._context.progress(UPLOADED_PERCENT * size_bytes / max(whole, 1))


def _check_video(post: Post) -> None:
    video = post.media[0]
    if video.media_type != VIDEO_TYPE:
        raise NotAccepted(f"{video.name}: {SITE} takes videos of {VIDEO_TYPE}.")
    if video.size_bytes > MOST_VIDEO_BYTES:
        raise NotAccepted(f"{video.name}: {SITE} takes up to {MOST_VIDEO_BYTES} bytes.")
