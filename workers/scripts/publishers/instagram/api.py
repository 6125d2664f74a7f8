"""Instagram's Content Publishing API: its calls, signed, with their refusals as our errors.

https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from shared.clock import SystemClock
from shared.outbound.retry_after import asked_seconds
from shared.sites.outcome import TryLater
from workers.scripts.publishers.exchange import Answer, Unanswered, ask, piece_by_piece
from workers.scripts.publishers.instagram.errors import refusal, usage_seconds
from workers.scripts.publishers.protocol import LoggedOut, Login, Media

VERSION = "v26.0"
"""Of the Graph API, from 29 July 2026 on; a version lives for two years."""
GRAPH_URLS = {"facebook": "https://graph.facebook.com", "instagram": "https://graph.instagram.com"}
"""Where the API begins, by how the account logged in to the app."""
RECENT = 25
"""How many of an account's newest posts are looked through."""


class UploadBroken(TryLater):
    """A container that takes no more of its video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramLogin:
    """A credential: ``access_token``, ``user_id`` (the professional account's), ``login``.

    ``login`` is "facebook" (the default) or "instagram": only the former may upload videos.
    ``media_url`` says where the library's files are public, ``graph_url`` where the API begins.
    """

    access_token: str
    user_id: str
    login: str
    graph_url: str
    media_url: str

    @classmethod
    def of(cls, account: Login) -> InstagramLogin:
        """The account's; `LoggedOut` where something is missing."""
        given = dict(account.credential or {})
        login = str(given.get("login") or "facebook")
        if not given.get("access_token") or not given.get("user_id") or login not in GRAPH_URLS:
            needed = "access_token, user_id and login (facebook or instagram)"
            raise LoggedOut(f"The credential of an Instagram account needs {needed}.")
        return cls(
            access_token=str(given["access_token"]),
            user_id=str(given["user_id"]),
            login=login,
            graph_url=str(given.get("graph_url") or GRAPH_URLS[login]).rstrip("/"),
            media_url=str(given.get("media_url") or ""),
        )

    @property
    def may_upload(self) -> bool:
        """Whether videos can be sent; else they are fetched, as pictures always are."""
        return self.login == "facebook"


class InstagramApi:
    """The calls that a post takes; each raises what `refusal` answers."""

    def __init__(self, client: httpx.Client, login: InstagramLogin) -> None:
        self.client = client
        self.login = login

    def limit(self) -> tuple[int, int]:
        """How many posts the account made in 24 hours, and how many it may make."""
        path = f"{self.login.user_id}/content_publishing_limit"
        rows = self._get(path, fields="quota_usage,config").get("data") or [{}]
        total = (rows[0].get("config") or {}).get("quota_total") or 0
        return int(rows[0].get("quota_usage") or 0), int(total)

    def make_container(self, **fields: str) -> tuple[str, str]:
        """Begin a post; the container's id, and where its video goes ("" for none)."""
        made = self._post(f"{self.login.user_id}/media", fields)
        return _id(made), str(made.get("uri") or "")

    def container(self, container: str) -> Mapping[str, Any]:
        """How far a container is: ``status_code``, ``status``, ``video_status``."""
        also = ",video_status" if self.login.may_upload else ""
        return self._get(container, fields=f"id,status_code,status{also}")

    def upload(self, uri: str, video: Media, offset: int, told: Callable[[int], object]) -> None:
        """Send a video from ``offset`` on; `UploadBroken` where that can never succeed."""
        headers = {
            "Authorization": f"OAuth {self.login.access_token}",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(video.size_bytes - offset),
            "offset": str(offset),
            "file_size": str(video.size_bytes),
        }
        body = piece_by_piece(video.path, offset, video.size_bytes - offset, told)
        answer = ask(self.client, "Instagram", "POST", uri, headers=headers, content=body)
        if answer.is_success and answer.content.get("success") is True:
            return
        if answer.content.get("error"):
            raise _refused(answer)
        trouble = answer.content.get("debug_info") or {}
        message = f"Instagram does not take the video ({trouble.get('message') or answer.status})."
        if trouble.get("retriable") is False:
            raise UploadBroken(message)
        raise TryLater(message, _asked(answer))

    def publish(self, container: str) -> str:
        """Make a post of a finished container; the id of the post."""
        return _id(self._post(f"{self.login.user_id}/media_publish", {"creation_id": container}))

    def permalink(self, media_id: str) -> str:
        """Where a post is to be seen."""
        return str(self._get(media_id, fields="permalink").get("permalink") or "")

    def recent(self, *, stories: bool = False) -> Sequence[Mapping[str, Any]]:
        """The account's newest posts, or its stories of now, the newest first."""
        path = f"{self.login.user_id}/{'stories' if stories else 'media'}"
        found = self._get(path, fields="id,caption,permalink,timestamp", limit=str(RECENT))
        return list(found.get("data") or ())

    def _get(self, path: str, **params: str) -> Mapping[str, Any]:
        return self._asked("GET", path, params=params)

    def _post(self, path: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return self._asked("POST", path, data=dict(fields))

    def _asked(self, method: str, path: str, **how: Any) -> Mapping[str, Any]:
        url = f"{self.login.graph_url}/{VERSION}/{path}"
        headers = {"Authorization": f"Bearer {self.login.access_token}"}
        answer = ask(self.client, "Instagram", method, url, headers=headers, **how)
        if not answer.is_success or answer.content.get("error"):
            raise _refused(answer)
        return answer.content


def _refused(answer: Answer) -> Exception:
    error = answer.content.get("error")
    given = error if isinstance(error, dict) else {}
    return refusal(given, status=answer.status, asked_seconds=_asked(answer))


def _asked(answer: Answer) -> float | None:
    return usage_seconds(answer.headers) or asked_seconds(answer.headers, SystemClock())


def _id(content: Mapping[str, Any]) -> str:
    if not content.get("id"):
        raise Unanswered("Instagram does not say how it calls what it made.")
    return str(content["id"])
