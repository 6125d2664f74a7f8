"""How a post is put into a container, and from where its video still has to be uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.sites.outcome import TryLater
from shared.yard import Yard
from workers.scripts.publishers.instagram.api import InstagramApi
from workers.scripts.publishers.instagram.errors import processing_failure
from workers.scripts.publishers.instagram.limits import is_story
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Post
from workers.scripts.publishers.public_media import public_urls

WHOLE = ("FINISHED", "PUBLISHED")
STILL_PROCESSING = "Instagram works on the post still; it is looked at again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A post that Instagram knows of; nobody sees it before it is published.

    ``publishing_at`` is when it was asked to be published first, ``unanswered_at`` when that was
    given up without an answer (both ISO, "" while it was not), ``media_id`` how the post is called.
    """

    id: str
    upload_uri: str = ""
    publishing_at: str = ""
    unanswered_at: str = ""
    media_id: str = ""


def make(post: Post, api: InstagramApi, yard: Yard, polling: Polling) -> Container:
    """A new container of ``post``, its video still to be uploaded."""
    if post.is_video and api.login.may_upload:
        made, uri = api.make_container(**_about(post), upload_type="resumable")
        return Container(id=made, upload_uri=uri)
    urls = public_urls(yard, api.client, "Instagram", api.login.media_url, post.media)
    if len(urls) > 1:
        return _carousel(post, api, urls, polling)
    where = {"video_url" if post.is_video else "image_url": urls[0]}
    return Container(id=api.make_container(**_about(post), **where)[0])


def missing_from(state: Mapping[str, Any], size_bytes: int) -> int | None:
    """From which byte on a container's video is missing; None where it has all of it."""
    phase = (state.get("video_status") or {}).get("uploading_phase") or {}
    arrived = int(phase.get("bytes_transferred") or 0)
    if state.get("status_code") in WHOLE or phase.get("status") == "complete":
        return None
    return arrived if arrived < size_bytes else None


def _about(post: Post) -> dict[str, str]:
    if is_story(post):
        return {"media_type": "STORIES"}
    if post.is_video:
        return {"media_type": "REELS", "caption": post.caption, "share_to_feed": "true"}
    return {"caption": post.caption}


def _carousel(post: Post, api: InstagramApi, urls: Sequence[str], polling: Polling) -> Container:
    children = [api.make_container(image_url=url, is_carousel_item="true")[0] for url in urls]
    seconds = polling.seconds(post)
    for child in children:
        if not polling.until(partial(_is_finished, api, child), seconds):
            raise TryLater(STILL_PROCESSING)
    made, _ = api.make_container(
        media_type="CAROUSEL", children=",".join(children), caption=post.caption
    )
    return Container(id=made)


def _is_finished(api: InstagramApi, container: str) -> bool | None:
    state = api.container(container)
    if state.get("status_code") in ("ERROR", "EXPIRED"):
        raise processing_failure(str(state.get("status") or ""))
    return True if state.get("status_code") == "FINISHED" else None
