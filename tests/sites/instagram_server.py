"""A server that speaks Instagram's Content Publishing API as published, strictly.

https://developers.facebook.com/docs/instagram-platform/content-publishing,
https://developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads,
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

from tests.sites.faulty_site import Asked, FaultySite, Reply, Wrong
from tests.sites.instagram_answers import (
    NO_SCOPE,
    NO_TOKEN,
    NO_URL,
    NOT_READY,
    NOT_THERE,
    USED_UP,
    Container,
    Posted,
    error,
    phases,
    refused_upload,
    shown,
)

VERSION = "v26.0"
USER = "17841400000000001"
GRAPH = f"/{VERSION}/"
UPLOADS = f"/ig-api-upload/{VERSION}/"
MIB = 1024 * 1024
EDGES = {
    ("GET", "content_publishing_limit"): "limit",
    ("POST", "media"): "create",
    ("POST", "media_publish"): "publish",
    ("GET", "media"): "recent",
    ("GET", "stories"): "stories",
}
FIELDS = {
    "limit": {"quota_usage", "config"},
    "container": {"id", "status", "status_code", "video_status"},
    "permalink": {"id", "permalink", "caption", "timestamp", "media_type"},
    "recent": {"id", "permalink", "caption", "timestamp", "media_type"},
    "stories": {"id", "permalink", "caption", "timestamp", "media_type"},
}
CONTAINER = {
    "media_type", "caption", "image_url", "video_url", "upload_type", "is_carousel_item",
    "children", "share_to_feed",
}  # fmt: skip


class InstagramServer(FaultySite):
    """The API, for an app that one account logged in to by ``login``."""

    def __init__(self, login: str = "facebook") -> None:
        super().__init__()
        self.login = login
        self.access_token = "EAA-token"
        self.may_publish = True
        self.used, self.total = 0, 100
        self.containers: dict[str, Container] = {}
        self.posts: list[Posted] = []
        self.failures: list[str] = []
        """What the ``status`` says of the next containers, which then fail."""
        self.processing_looks = 1
        """How often a container is looked at before it is finished."""

    @property
    def credential(self) -> dict[str, Any]:
        """What an account's credential holds."""
        return {
            "access_token": self.access_token,
            "user_id": USER,
            "login": self.login,
            "graph_url": self.url,
            "media_url": f"{self.url}/files",
        }

    def revoke(self) -> None:
        """The account takes its permission back."""
        self.access_token = "another"

    def expire(self) -> None:
        """A day has gone by: containers that were not published are over."""
        for each in self.containers.values():
            if each.status_code != "PUBLISHED":
                each.status_code, each.status = "EXPIRED", "Expired: 24 hours have passed."

    def add_post(self, caption: str, ago: timedelta = timedelta()) -> Posted:
        """Somebody else posts in the account."""
        posted = Posted("1789", Container("0", {"caption": caption}), datetime.now(UTC) - ago)
        self.posts.append(posted)
        return posted

    def named(self, asked: Asked) -> str:
        """The call's name."""
        path = asked.url.path
        if asked.method == "POST" and path.startswith(UPLOADS):
            return "upload"
        if not path.startswith(GRAPH):
            raise Wrong("no such version")
        node, _, edge = path.removeprefix(GRAPH).partition("/")
        if edge:
            call = EDGES.get((asked.method, edge)) if node == USER else None
        else:
            is_post = any(posted.id == node for posted in self.posts)
            call = ("permalink" if is_post else "container") if asked.method == "GET" else None
        if call is None:
            raise Wrong("no such call")
        return call

    def refusal(self, message: str) -> Reply:
        """As for every wrong parameter."""
        return error(100, None, message)

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the token and the fields, then the request."""
        kind = "OAuth" if call == "upload" else "Bearer"
        if asked.headers.get("Authorization") != f"{kind} {self.access_token}":
            return error(*NO_TOKEN, status=401)
        if not self.may_publish:
            return error(*NO_SCOPE, status=403)
        self.expect("access_token" not in asked.query, "the token is no part of an address")
        if call in FIELDS:
            unknown = set(asked.query["fields"].split(",")) - FIELDS[call]
            self.expect(not unknown, f"fields: {unknown}")
        reply: Reply = getattr(self, f"_{call}")(asked)
        return reply

    def interrupted(self, call: str, asked: Asked) -> None:
        """What has arrived of an upload stays."""
        if call == "upload":
            self._receive(asked)

    def _limit(self, _: Asked) -> Reply:
        config = {"quota_total": self.total, "quota_duration": 86_400}
        return Reply(200, {"data": [{"quota_usage": self.used, "config": config}]})

    def _create(self, asked: Asked) -> Reply:
        form = asked.form
        self.expect(not set(form) - CONTAINER, f"fields: {sorted(set(form) - CONTAINER)}")
        kind = form.get("media_type", "IMAGE")
        self._check_caption(form, kind)
        made = Container(str(17_900_000_000_000_000 + len(self.containers)), form)
        if kind == "CAROUSEL":
            self._join(made)
        elif form.get("upload_type") == "resumable":
            self.expect(kind in ("REELS", "STORIES"), f"no upload of {kind}")
            if self.login != "facebook":
                return error(*NO_URL)
        else:
            made.media = [self._fetched(form, kind)]
        self.containers[made.id] = made
        upload = {"uri": f"{self.url}{UPLOADS}{made.id}"} if "upload_type" in form else {}
        return Reply(200, {"id": made.id, **upload})

    def _check_caption(self, form: Mapping[str, str], kind: str) -> None:
        caption = form.get("caption", "")
        self.expect(len(caption) <= 2200, "caption: 2200 characters")
        self.expect(len(re.findall(r"#\w+", caption)) <= 30, "caption: 30 hashtags")
        is_part = form.get("is_carousel_item") == "true"
        self.expect("caption" not in form or not (is_part or kind == "STORIES"), "no caption here")
        self.expect("share_to_feed" not in form or kind == "REELS", "share_to_feed is for reels")

    def _join(self, made: Container) -> None:
        children = made.fields["children"].split(",")
        self.expect(2 <= len(children) <= 10, f"{len(children)} children")
        for each in children:
            child = self.containers[each]
            self.expect(child.fields.get("is_carousel_item") == "true", f"{each} is no child")
            self.expect(child.status_code == "FINISHED", f"{each} is not finished")
            made.media += child.media

    def _fetched(self, form: Mapping[str, str], kind: str) -> bytes:
        given = [name for name in ("image_url", "video_url") if name in form]
        self.expect(len(given) == 1, f"one address, not {given}")
        self.expect(kind != "REELS" or given == ["video_url"], "a reel is a video")
        self.expect(kind != "IMAGE" or given == ["image_url"], "an image is none")
        with urlopen(form[given[0]]) as answer:
            found, content = answer.headers["Content-Type"], answer.read()
        wanted = ("image/jpeg",) if given == ["image_url"] else ("video/mp4", "video/quicktime")
        self.expect(found in wanted, f"{given}: {found}")
        self.expect(given == ["video_url"] or len(content) <= 8 * MIB, "8 MiB at most")
        return bytes(content)

    def _upload(self, asked: Asked) -> Reply:
        made = self._receive(asked)
        if made is None:
            return refused_upload(retriable=True)
        self.expect(len(made.received) == made.file_size, "a video is sent to its end")
        return Reply(200, {"success": True, "message": "Upload successful."})

    def _receive(self, asked: Asked) -> Container | None:
        made = self.containers[asked.url.path.removeprefix(UPLOADS)]
        offset, size = int(asked.headers["offset"]), int(asked.headers["file_size"])
        length = int(asked.headers["Content-Length"])
        self.expect(offset + length == size, f"{offset} and {length} are not {size}")
        self.expect(made.file_size in (None, size), "another video")
        made.file_size = size
        if offset != len(made.received):
            return None
        made.received += asked.body
        return made

    def _container(self, asked: Asked) -> Reply:
        made = self.containers.get(asked.url.path.removeprefix(GRAPH))
        if made is None:
            return error(*NOT_THERE)
        self._advance(made)
        plain: dict[str, Any] = {
            "id": made.id,
            "status_code": made.status_code,
            "status": made.status,
        }
        if "video_status" in asked.query["fields"]:
            self.expect(self.login == "facebook", "video_status is of uploads")
            plain["video_status"] = phases(made)
        return Reply(200, plain)

    def _advance(self, made: Container) -> None:
        if made.status_code != "IN_PROGRESS" or not made.is_uploaded:
            return
        made.looks += 1
        if made.looks <= self.processing_looks:
            return
        made.status_code, made.status = "FINISHED", "Finished: Media has been uploaded."
        if self.failures:
            made.status_code, made.status = "ERROR", self.failures.pop(0)

    def _publish(self, asked: Asked) -> Reply:
        form = asked.form
        self.expect(set(form) == {"creation_id"}, f"fields: {sorted(form)}")
        made = self.containers.get(form["creation_id"])
        if made is None or made.status_code in ("PUBLISHED", "EXPIRED", "ERROR"):
            return error(*USED_UP)
        if made.status_code != "FINISHED":
            return error(*NOT_READY)
        if self.used >= self.total:
            return error(9, 2207042, "You reached the maximum number of posts.", status=403)
        made.status_code, made.status = "PUBLISHED", "Published: Media has been published."
        posted = Posted(str(18_000_000_000_000_000 + len(self.posts)), made, datetime.now(UTC))
        self.posts.append(posted)
        self.used += 1
        return Reply(200, {"id": posted.id})

    def _permalink(self, asked: Asked) -> Reply:
        wanted = asked.url.path.removeprefix(GRAPH)
        return Reply(200, next(shown(each) for each in self.posts if each.id == wanted))

    def _recent(self, _: Asked) -> Reply:
        return Reply(200, {"data": [shown(e) for e in reversed(self.posts) if not e.is_story]})

    def _stories(self, _: Asked) -> Reply:
        return Reply(200, {"data": [shown(e) for e in reversed(self.posts) if e.is_story]})
