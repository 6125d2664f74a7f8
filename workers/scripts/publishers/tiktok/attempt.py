"""One attempt at a post on TikTok, which goes on where the one before it ended.

The publish_id is noted before the first chunk is sent. While it is noted nothing is begun anew:
what becomes of it is asked until TikTok says that it failed, or its upload can never end.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.errors import TaskError, TaskTimeout
from shared.sealed import seal, unseal
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.exchange import Unanswered
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Post, PostContext, Published
from workers.scripts.publishers.public_media import public_urls
from workers.scripts.publishers.tiktok.api import Creator, TikTokApi, UploadGone
from workers.scripts.publishers.tiktok.errors import refusal
from workers.scripts.publishers.tiktok.info import PUBLIC, notes, post_info
from workers.scripts.publishers.tiktok.upload import plan

NOTE = "tiktok"
NAMING_SECONDS = 60.0
"""How long to wait for the id of a post that is there; TikTok looks through public ones first."""
UNKNOWN = (
    "TikTok was asked to fetch the pictures and its answer got lost; it has no way to ask what "
    "became of them, so they are not posted again. Look at the account."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A post that TikTok knows of. ``publish_id`` is "" while its answer is not there yet."""

    publish_id: str = ""
    upload_url: str = ""
    sent_bytes: int = 0
    username: str = ""
    is_public: bool = False


class TikTokAttempt:
    """What one attempt holds."""

    def __init__(self, post: Post, api: TikTokApi, context: PostContext, polling: Polling) -> None:
        self._post = post
        self._api = api
        self._context = context
        self._polling = polling
        self._complete: Published | None = None
        self._named_by = 0.0

    def run(self) -> Published:
        """Begin, or go on; the post once TikTok has it."""
        noted = self._context.noted.get(NOTE)
        begun = Begun(**noted) if noted else None
        if begun is None:
            begun = self._begin_video() if self._post.is_video else self._begin_pictures()
        elif not begun.publish_id:
            raise NotAccepted(UNKNOWN, code="OUTCOME_UNKNOWN")
        elif begun.upload_url:
            begun = self._gone_on(begun)
        return self._settled(self._sent(begun))

    def _begin_video(self) -> Begun:
        creator = self._api.creator()
        info = post_info(self._post, creator, self._api.login.credential)
        chunks = plan(self._post.media[0].size_bytes)
        source = {
            "source": "FILE_UPLOAD",
            "video_size": chunks.size_bytes,
            "chunk_size": chunks.chunk_bytes,
            "total_chunk_count": chunks.count,
        }
        publish_id, upload_url = self._api.begin_video(info, source)
        hidden = seal(self._context.yard.settings, self._api.login.account.id, upload_url)
        begun = replace(_begun(creator, info), publish_id=publish_id, upload_url=hidden)
        return self._noted(begun)

    def _begin_pictures(self) -> Begun:
        creator = self._api.creator()
        login, media = self._api.login, self._post.media
        info = post_info(self._post, creator, login.credential)
        address = login.credential.get("media_url")
        urls = public_urls(self._context.yard, self._api.client, "TikTok", address, media)
        asked = self._noted(_begun(creator, info))
        try:
            publish_id = self._api.post_pictures(info, urls)
        except (Unanswered, TaskTimeout):
            raise  # TikTok may have done as asked
        except TaskError:
            self._context.note(**{NOTE: None})
            raise
        return self._noted(replace(asked, publish_id=publish_id))

    def _gone_on(self, begun: Begun) -> Begun:
        """What has arrived of a video that an earlier attempt began to send."""
        status = self._status(begun)
        if status.get("status") != "PROCESSING_UPLOAD":
            return replace(begun, upload_url="")
        arrived = status.get("uploaded_bytes")
        return begun if arrived is None else replace(begun, sent_bytes=int(arrived))

    def _sent(self, begun: Begun) -> Begun:
        """Send what is missing of a video."""
        if not begun.upload_url:
            return begun
        video, login = self._post.media[0], self._api.login
        url = unseal(self._context.yard.settings, login.account.id, begun.upload_url)
        for chunk in plan(video.size_bytes).chunks(begun.sent_bytes):
            begun = self._noted(replace(begun, sent_bytes=chunk.first))
            try:
                self._api.send(url, video.path, video.media_type, chunk, self._told)
            except UploadGone:
                self._give_up(begun)
                break
        self._context.progress(100.0)
        return begun

    def _give_up(self, begun: Begun) -> None:
        """Forget an upload that can never end; raises, unless all of it has arrived after all."""
        status = self._status(begun)
        arrived = status.get("uploaded_bytes")
        if status.get("status") != "PROCESSING_UPLOAD":
            return
        if arrived is None:
            raise TryLater("TikTok does not say how much of the video has arrived.")
        if int(arrived) < self._post.media[0].size_bytes:
            self._context.note(**{NOTE: None})
            raise TryLater("TikTok's address for the video has ended: it is asked for a new one.")

    def _settled(self, begun: Begun) -> Published:
        """Wait until the post is there."""
        seconds = self._polling.seconds(self._post)
        found = self._polling.until(lambda: self._look(begun), seconds) or self._complete
        if found is None:
            message = "TikTok has all of the post and works on it still; it is looked at again."
            raise TryLater(message)
        return found

    def _look(self, begun: Begun) -> Published | None:
        status = self._status(begun)
        if status.get("status") != "PUBLISH_COMPLETE":
            return None
        ids = status.get("publicaly_available_post_id") or ()
        if ids:
            kind = "video" if self._post.is_video else "photo"
            url = f"https://www.tiktok.com/@{begun.username}/{kind}/{ids[0]}"
            return Published(url=url, id=str(ids[0]), notes=notes(self._post))
        if self._complete is None:
            self._complete = Published(url="", id=begun.publish_id, notes=notes(self._post))
            self._named_by = time.monotonic() + (NAMING_SECONDS if begun.is_public else 0.0)
        return self._complete if time.monotonic() >= self._named_by else None

    def _status(self, begun: Begun) -> Mapping[str, Any]:
        status = self._api.status(begun.publish_id)
        if status.get("status") == "FAILED":
            self._context.note(**{NOTE: None})
            raise refusal(str(status.get("fail_reason") or "internal"))
        return status

    def _noted(self, begun: Begun) -> Begun:
        self._context.note(**{NOTE: asdict(begun)})
        return begun

    def _told(self, sent_bytes: int) -> None:
        self._context.progress(100.0 * sent_bytes / self._post.media[0].size_bytes)


def _begun(creator: Creator, info: Mapping[str, Any]) -> Begun:
    return Begun(username=creator.username, is_public=info["privacy_level"] == PUBLIC)
