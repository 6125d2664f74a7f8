"""instagram: publishes by Instagram's Content Publishing API, to a professional account.

A container is made, a video is uploaded into it, Instagram works on it, then it is published.
Pictures Instagram fetches from a public address, and so all videos of an account that logged in
with Instagram instead of Facebook: there is no other way.
https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from __future__ import annotations

from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.yard import Yard
from workers.scripts.publishers.exchange import platform_client
from workers.scripts.publishers.instagram import limits
from workers.scripts.publishers.instagram.api import InstagramApi, InstagramLogin
from workers.scripts.publishers.instagram.attempt import InstagramAttempt
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Login, Post, PostContext, Published

PATIENT = Polling(longest_seconds=30.0, least_seconds=300.0)
"""Instagram asks for one look a minute, for five minutes."""


class Instagram:
    """The publisher; see `Publisher`."""

    name = "instagram"

    def __init__(
        self,
        settings: Settings,
        polling: Polling = PATIENT,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._settings = settings
        self._polling = polling
        self._answer_seconds = answer_seconds

    def check(self, post: Post) -> None:
        """Raise `NotAccepted` where Instagram can never take ``post``; sends nothing."""
        limits.check(post)

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Publish ``post``, or find it there; raises the protocol's errors."""
        self.check(post)
        login = InstagramLogin.of(account)
        with platform_client(self._settings, self._answer_seconds) as client:
            api = InstagramApi(client, login)
            return InstagramAttempt(post, api, context, self._polling).run()


def open_publisher(yard: Yard) -> Instagram:
    """The publisher of this yard."""
    return Instagram(yard.settings)
