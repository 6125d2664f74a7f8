"""tiktok: publishes by TikTok's Content Posting API (Direct Post).

A video is sent in chunks; pictures TikTok fetches from a public address, there is no other way.
https://developers.tiktok.com/doc/content-posting-api-get-started
"""

from __future__ import annotations

from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.sites.outcome import NotAccepted
from shared.yard import Yard
from workers.scripts.publishers.exchange import platform_client
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Login, Post, PostContext, Published
from workers.scripts.publishers.tiktok.api import TikTokApi
from workers.scripts.publishers.tiktok.attempt import TikTokAttempt
from workers.scripts.publishers.tiktok.login import TikTokLogin
from workers.scripts.publishers.tiktok.upload import MOST_BYTES

LONGEST_CAPTION = {True: 2200, False: 4000}
"""UTF-16 units, of a video's title and of the description of pictures."""
VIDEO_TYPES = ("video/mp4", "video/quicktime", "video/webm")
PICTURE_TYPES = ("image/jpeg", "image/webp")
MOST_PICTURES = 35
MOST_PICTURE_BYTES = 20 * 1024 * 1024

USUAL = Polling(least_seconds=180.0)


class TikTok:
    """The publisher; see `Publisher`."""

    name = "tiktok"

    def __init__(
        self,
        settings: Settings,
        polling: Polling = USUAL,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._settings = settings
        self._polling = polling
        self._answer_seconds = answer_seconds

    def check(self, post: Post) -> None:
        """Raise `NotAccepted` where TikTok can never take ``post``; sends nothing."""
        length = len(post.caption.encode("utf-16-le")) // 2
        longest = LONGEST_CAPTION[post.is_video]
        if length > longest:
            raise NotAccepted(f"captions: TikTok takes {longest} characters, these are {length}.")
        _check_video(post) if post.is_video else _check_pictures(post)

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish ``post``, or find out what became of it; raises the protocol's errors."""
        self.check(post)
        with platform_client(self._settings, self._answer_seconds) as client:
            api = TikTokApi(client, TikTokLogin(context.yard, account))
            return TikTokAttempt(post, api, context, self._polling).run()


def open_publisher(yard: Yard) -> TikTok:
    """The publisher of this yard."""
    return TikTok(yard.settings)


def _check_video(post: Post) -> None:
    if len(post.media) != 1:
        raise NotAccepted("TikTok takes one video, or pictures alone.")
    video = post.media[0]
    if video.media_type not in VIDEO_TYPES:
        raise NotAccepted(f"{video.name}: TikTok takes videos of {', '.join(VIDEO_TYPES)}.")
    if not 0 < video.size_bytes <= MOST_BYTES:
        raise NotAccepted(f"{video.name}: TikTok takes 1 to {MOST_BYTES} bytes.")


def _check_pictures(post: Post) -> None:
    if not 1 <= len(post.media) <= MOST_PICTURES:
        raise NotAccepted(f"TikTok takes 1 to {MOST_PICTURES} pictures.")
    for picture in post.media:
        if picture.media_type not in PICTURE_TYPES:
            raise NotAccepted(f"{picture.name}: TikTok takes pictures of JPEG and WebP.")
        if picture.size_bytes > MOST_PICTURE_BYTES:
            raise NotAccepted(f"{picture.name}: TikTok takes pictures of up to 20 MB.")
