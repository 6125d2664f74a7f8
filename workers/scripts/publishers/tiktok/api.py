"""TikTok's Content Posting API: its calls, signed, with their refusals as our errors.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from shared.clock import SystemClock
from shared.outbound.retry_after import asked_seconds
from shared.sites.outcome import TryLater
from workers.scripts.publishers.exchange import Answer, Unanswered, ask, piece_by_piece
from workers.scripts.publishers.tiktok.errors import TOKEN_INVALID, refusal
from workers.scripts.publishers.tiktok.login import TikTokLogin
from workers.scripts.publishers.tiktok.upload import Chunk

PUBLISH = "/v2/post/publish"
HEADERS = {"Content-Type": "application/json; charset=UTF-8"}
RENEWALS = 2
"""A token that somebody else put there may have ended as well."""
TAKEN = (201, 206)
"""The last chunk is answered 201, those before it 206."""
GONE = (403, 404)
"""An upload address that has ended, or that was never known."""


class UploadGone(TryLater):
    """The address of an upload takes nothing any more."""


@dataclass(frozen=True, slots=True)
class Creator:
    """What the account may do, as `creator_info` says."""

    username: str
    privacy_levels: tuple[str, ...]
    comment_disabled: bool
    duet_disabled: bool
    stitch_disabled: bool
    longest_video_seconds: float | None


class TikTokApi:
    """The calls that a post takes; each raises what `refusal` answers."""

    def __init__(self, client: httpx.Client, login: TikTokLogin) -> None:
        self.client = client
        self.login = login

    def creator(self) -> Creator:
        """Who the account is, and what it may do."""
        info = self._call(f"{PUBLISH}/creator_info/query/", {})
        longest = info.get("max_video_post_duration_sec")
        return Creator(
            username=str(info.get("creator_username") or ""),
            privacy_levels=tuple(map(str, info.get("privacy_level_options") or ())),
            comment_disabled=bool(info.get("comment_disabled")),
            duet_disabled=bool(info.get("duet_disabled")),
            stitch_disabled=bool(info.get("stitch_disabled")),
            longest_video_seconds=float(longest) if longest else None,
        )

    def begin_video(
        self, post_info: Mapping[str, Any], source: Mapping[str, Any]
    ) -> tuple[str, str]:
        """Announce a video; its publish_id, and where to send it."""
        body = {"post_info": post_info, "source_info": source}
        begun = self._call(f"{PUBLISH}/video/init/", body)
        publish_id, upload_url = begun.get("publish_id"), begun.get("upload_url")
        if not publish_id or not upload_url:
            raise Unanswered("TikTok names no place for the video.")
        return str(publish_id), str(upload_url)

    def post_pictures(self, post_info: Mapping[str, Any], urls: list[str]) -> str:
        """Have TikTok fetch pictures and post them; the publish_id."""
        source = {"source": "PULL_FROM_URL", "photo_cover_index": 0, "photo_images": urls}
        body = {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": post_info}
        begun = self._call(f"{PUBLISH}/content/init/", {**body, "source_info": source})
        if not begun.get("publish_id"):
            raise Unanswered("TikTok does not say how it calls the post.")
        return str(begun["publish_id"])

    def status(self, publish_id: str) -> Mapping[str, Any]:
        """How far a post is: ``status``, ``fail_reason``, ``uploaded_bytes`` and more."""
        return self._call(f"{PUBLISH}/status/fetch/", {"publish_id": publish_id})

    def send(
        self, url: str, path: Path, media_type: str, chunk: Chunk, told: Callable[[int], object]
    ) -> None:
        """Send one chunk; `UploadGone` where its address has ended."""
        headers = {
            "Content-Type": media_type,
            "Content-Length": str(chunk.size_bytes),
            "Content-Range": chunk.content_range,
        }
        body = piece_by_piece(path, chunk.first, chunk.size_bytes, told)
        answer = ask(self.client, "TikTok", "PUT", url, headers=headers, content=body)
        if answer.status in GONE:
            raise UploadGone("TikTok's address for the video has ended: it is asked for a new one.")
        if answer.status not in TAKEN:
            message = f"TikTok answers a part of the video with status {answer.status}."
            raise TryLater(message, _asked(answer))

    def _call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._post(path, body)
        for _ in range(RENEWALS):
            if _error(answer).get("code") == TOKEN_INVALID:
                self.login.renew(self.client)
                answer = self._post(path, body)
        error = _error(answer)
        code = str(error.get("code") or "")
        if not answer.is_success or code != "ok":
            said = str(error.get("message") or "")
            raise refusal(code, said, status=answer.status, asked_seconds=_asked(answer))
        data = answer.content.get("data")
        return data if isinstance(data, dict) else {}

    def _post(self, path: str, body: Mapping[str, Any]) -> Answer:
        headers = {**HEADERS, **self.login.headers}
        url = self.login.api_url + path
        return ask(self.client, "TikTok", "POST", url, headers=headers, json=body)


def _error(answer: Answer) -> Mapping[str, Any]:
    error = answer.content.get("error")
    return error if isinstance(error, dict) else {}


def _asked(answer: Answer) -> float | None:
    return asked_seconds(answer.headers, SystemClock())
