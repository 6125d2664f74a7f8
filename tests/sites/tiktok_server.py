"""A server that speaks TikTok's Content Posting API as published, strictly.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post,
https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide,
https://developers.tiktok.com/doc/content-posting-api-reference-photo-post,
https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

from tests.sites.faulty_site import Asked, Fault, FaultySite, Reply, Wrong

MB = 1_000_000
MIB = 1024 * 1024
CALLS = {
    ("POST", "/v2/oauth/token/"): "token",
    ("POST", "/v2/post/publish/creator_info/query/"): "creator",
    ("POST", "/v2/post/publish/video/init/"): "init",
    ("POST", "/v2/post/publish/content/init/"): "photos",
    ("POST", "/v2/post/publish/status/fetch/"): "status",
    ("PUT", "/video/"): "chunk",
}
LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
FLAGS = {"disable_comment", "brand_content_toggle", "brand_organic_toggle"}
VIDEO_INFO = {"title", "privacy_level", "disable_duet", "disable_stitch", "is_aigc", *FLAGS}
PHOTO_INFO = {"title", "description", "privacy_level", "auto_add_music", *FLAGS}
TEXTS = {"title", "description", "privacy_level"}
SOURCE = {"source", "video_size", "chunk_size", "total_chunk_count"}
VIDEO_TYPES = ("video/mp4", "video/quicktime", "video/webm")


def refused(status: int, code: str, after: bool = False, **headers: str) -> Fault:
    """An error of the API, also where all was done first; words of headers joined by ``_``."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(Reply(status, _said(code), spelled), after=after)


@dataclass
class Sent:
    """A post that was begun."""

    publish_id: str
    info: Mapping[str, Any]
    size: int = 0
    chunk: int = 0
    count: int = 0
    received: bytearray = field(default_factory=bytearray)
    pictures: list[bytes] = field(default_factory=list)
    fail_reason: str = ""
    looks: int = 0
    upload_over: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there."""
        return bool(self.pictures) or (self.size > 0 and len(self.received) == self.size)


class TikTokServer(FaultySite):
    """The API, of one app with one account that granted it ``scopes``."""

    def __init__(self) -> None:
        super().__init__()
        self.access_token, self.refresh_token = "act.1", "rft.1"
        self.scopes = {"video.publish"}
        self.levels = list(LEVELS)
        self.comment_disabled = self.duet_disabled = self.stitch_disabled = False
        self.longest_seconds = 600
        self.sent: dict[str, Sent] = {}
        self.fail_reasons: list[str] = []
        """Why the next posts that arrive fail."""
        self.processing_looks = 1
        """How often a post is looked at before it is there."""
        self.moderation_looks = 0
        """How often it is then looked at before a public one has an id."""
        self._creator_asked = False

    @property
    def credential(self) -> dict[str, Any]:
        """What an account's credential holds."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "client_key": "key",
            "client_secret": "secret",
            "api_url": self.url,
            "media_url": f"{self.url}/files",
        }

    @property
    def posts(self) -> list[Sent]:
        """What is to be seen in the account, or will be."""
        return [sent for sent in self.sent.values() if sent.is_whole and not sent.fail_reason]

    def expire(self) -> None:
        """The access token is over; the refresh token gives another one."""
        self.access_token = "act.none"

    def revoke(self) -> None:
        """The account takes its permission back: no token works any more."""
        self.access_token = self.refresh_token = "revoked by the account"

    def end_uploads(self) -> None:
        """The addresses of uploads are over, as after an hour."""
        for sent in self.sent.values():
            sent.upload_over = True

    def named(self, asked: Asked) -> str:
        """The call's name."""
        call = CALLS.get((asked.method, asked.url.path))
        if call is None:
            raise Wrong("no such call")
        return call

    def refusal(self, message: str) -> Reply:
        """As for every wrong parameter."""
        return Reply(400, _said("invalid_params", message))

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the token where one is needed, then the request."""
        if call not in ("token", "chunk"):
            if asked.headers.get("Authorization") != f"Bearer {self.access_token}":
                return Reply(401, _said("access_token_invalid"))
            if "video.publish" not in self.scopes:
                return Reply(401, _said("scope_not_authorized"))
        reply: Reply = getattr(self, f"_{call}")(asked)
        return reply

    def _token(self, asked: Asked) -> Reply:
        form = asked.form
        names = {"client_key", "client_secret", "grant_type", "refresh_token"}
        self.expect(set(form) == names, f"fields of a renewal: {sorted(form)}")
        self.expect(form["grant_type"] == "refresh_token", form["grant_type"])
        if (form["client_key"], form["client_secret"]) != ("key", "secret"):
            return Reply(401, {"error": "invalid_client", "log_id": "1"})
        if form["refresh_token"] != self.refresh_token or "revoked" in self.refresh_token:
            said = {"error": "invalid_grant", "error_description": "Refresh token is invalid."}
            return Reply(200, {**said, "log_id": "1"})
        number = int(self.refresh_token.partition(".")[2]) + 1
        self.access_token, self.refresh_token = f"act.{number}", f"rft.{number}"
        kept = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        times = {"expires_in": 7200, "refresh_expires_in": 15_552_000}
        return Reply(200, {**kept, **times, "open_id": "me", "scope": "video.publish"})

    def _creator(self, asked: Asked) -> Reply:
        self.expect(asked.json == {}, "creator_info takes nothing")
        self._creator_asked = True
        return _ok(
            creator_username="someone",
            creator_nickname="Some One",
            privacy_level_options=self.levels,
            comment_disabled=self.comment_disabled,
            duet_disabled=self.duet_disabled,
            stitch_disabled=self.stitch_disabled,
            max_video_post_duration_sec=self.longest_seconds,
        )

    def _init(self, asked: Asked) -> Reply:
        body = asked.json
        self.expect(set(body) == {"post_info", "source_info"}, f"body: {sorted(body)}")
        self._check_info(body["post_info"], VIDEO_INFO)
        info, source = body["post_info"], body["source_info"]
        self.expect(_units(info["title"]) <= 2200, "title: 2200 at most")
        for name in ("duet", "stitch"):
            closed = getattr(self, f"{name}_disabled")
            self.expect(info[f"disable_{name}"] or not closed, f"{name} is closed")
        self.expect(set(source) == SOURCE, f"source_info: {sorted(source)}")
        self.expect(source["source"] == "FILE_UPLOAD", source["source"])
        size, chunk, count = (
            source["video_size"],
            source["chunk_size"],
            source["total_chunk_count"],
        )
        self.expect(all(type(number) is int for number in (size, chunk, count)), f"{source}")
        self._check_chunks(size, chunk, count)
        sent = self._begun("v_pub_file~v2-1", info)
        sent.size, sent.chunk, sent.count = size, chunk, count
        url = f"{self.url}/video/?upload_id={sent.publish_id}&upload_token=t"
        return _ok(publish_id=sent.publish_id, upload_url=url)

    def _check_chunks(self, size: int, chunk: int, count: int) -> None:
        self.expect(0 < size <= 4 * 1024 * MIB, f"video_size: {size}")
        self.expect(count == size // chunk, f"total_chunk_count: {count}")
        self.expect(1 <= count <= 1000, f"total_chunk_count: {count}")
        if size < 5 * MIB:
            self.expect(chunk == size, f"a small video is sent whole, not by {chunk}")
        else:
            self.expect(5 * MIB <= chunk <= 64 * MB, f"chunk_size: {chunk}")
        self.expect(size - chunk * (count - 1) <= 128 * MB, "the last chunk is too long")

    def _photos(self, asked: Asked) -> Reply:
        body = asked.json
        names = {"post_info", "source_info", "post_mode", "media_type"}
        self.expect(set(body) == names, f"body: {sorted(body)}")
        self.expect((body["post_mode"], body["media_type"]) == ("DIRECT_POST", "PHOTO"), "mode")
        info, source = body["post_info"], body["source_info"]
        self._check_info(info, PHOTO_INFO)
        self.expect(_units(info.get("title", "")) <= 90, "title: 90 at most")
        self.expect(_units(info["description"]) <= 4000, "description: 4000 at most")
        self.expect(source["source"] == "PULL_FROM_URL", source["source"])
        urls = source["photo_images"]
        self.expect(1 <= len(urls) <= 35, f"{len(urls)} pictures")
        self.expect(0 <= source["photo_cover_index"] < len(urls), "photo_cover_index")
        sent = self._begun("p_pub_url~v2-1", info)
        sent.pictures = [self._pulled(url) for url in urls]
        sent.fail_reason = self.fail_reasons.pop(0) if self.fail_reasons else ""
        return _ok(publish_id=sent.publish_id)

    def _pulled(self, url: str) -> bytes:
        with urlopen(url) as answer:
            kind, content = answer.headers["Content-Type"], answer.read()
        self.expect(kind in ("image/jpeg", "image/webp"), f"{url}: {kind}")
        return bytes(content)

    def _check_info(self, info: Mapping[str, Any], known: set[str]) -> None:
        self.expect(self._creator_asked, "creator_info is asked before every post")
        self._creator_asked = False
        self.expect(not set(info) - known, f"post_info: {sorted(set(info) - known)}")
        for name, value in info.items():
            kind = str if name in TEXTS else bool
            self.expect(isinstance(value, kind), f"{name}: {value!r}")
        self.expect(info["privacy_level"] in self.levels, f"privacy_level: {info}")
        self.expect(info["disable_comment"] or not self.comment_disabled, "comments are closed")

    def _begun(self, name: str, info: Mapping[str, Any]) -> Sent:
        sent = Sent(f"{name}.{len(self.sent) + 1}", info)
        self.sent[sent.publish_id] = sent
        return sent

    def _chunk(self, asked: Asked) -> Reply:
        self.expect("Authorization" not in asked.headers, "the upload's host gets no token")
        sent = self.sent.get(asked.query.get("upload_id", ""))
        if sent is None or asked.query.get("upload_token") != "t":
            return Reply(404, {})
        if sent.upload_over:
            return Reply(403, {})
        self.expect(asked.headers.get("Content-Type") in VIDEO_TYPES, "Content-Type of a video")
        spelled = asked.headers.get("Content-Range", "")
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", spelled)
        self.expect(found is not None, f"Content-Range: {spelled}")
        assert found
        first, last, total = map(int, found.groups())
        self.expect(total == sent.size, f"Content-Range: {spelled} of {sent.size}")
        self.expect(last - first + 1 == len(asked.body), f"Content-Range: {spelled}")
        number = len(sent.received) // sent.chunk
        whole = sent.size - first if number == sent.count - 1 else sent.chunk
        if first != len(sent.received) or len(asked.body) != whole:
            return Reply(416, {})
        sent.received += asked.body
        if not sent.is_whole:
            return Reply(206, {}, {"Content-Range": f"bytes 0-{last}/{total}"})
        sent.fail_reason = self.fail_reasons.pop(0) if self.fail_reasons else ""
        return Reply(201, {}, {"Content-Range": f"bytes 0-{last}/{total}"})

    def _status(self, asked: Asked) -> Reply:
        body = asked.json
        self.expect(set(body) == {"publish_id"}, f"body: {sorted(body)}")
        sent = self.sent.get(body["publish_id"])
        if sent is None:
            return Reply(400, _said("invalid_publish_id"))
        if not sent.is_whole:
            return _ok(status="PROCESSING_UPLOAD", uploaded_bytes=len(sent.received))
        sent.looks += 1
        if sent.fail_reason:
            return _ok(status="FAILED", fail_reason=sent.fail_reason)
        if sent.looks <= self.processing_looks:
            word = "PROCESSING_DOWNLOAD" if sent.pictures else "PROCESSING_UPLOAD"
            return _ok(status=word, uploaded_bytes=len(sent.received))
        is_public = sent.info["privacy_level"] == "PUBLIC_TO_EVERYONE"
        is_named = is_public and sent.looks > self.processing_looks + self.moderation_looks
        return _ok(
            status="PUBLISH_COMPLETE",
            publicaly_available_post_id=[_post_id(sent)] if is_named else [],
        )


def _post_id(sent: Sent) -> int:
    return 7_000_000_000_000_000_000 + int(sent.publish_id.rpartition(".")[2])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _ok(**data: Any) -> Reply:
    return Reply(200, {"data": data, **_said("ok")})


def _said(code: str, message: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "log_id": "2026"}}
