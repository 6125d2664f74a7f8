"""A server that speaks Mastodon's API as documented, strictly, with one account.

https://docs.joinmastodon.org/methods/media/, https://docs.joinmastodon.org/methods/statuses/,
https://docs.joinmastodon.org/methods/accounts/, https://docs.joinmastodon.org/methods/instance/,
https://docs.joinmastodon.org/api/rate-limits/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sites.faulty_site import Asked, Fault, FaultySite, Reply, Wrong
from tests.sites.mastodon_form import form, multipart
from tests.sites.mastodon_profile import ACCOUNT, CHANGED, URL, Profile, html

TOKEN = "a token"
CALLS = (
    ("GET", r"/api/v2/instance/?", "instance"),
    ("GET", r"/api/v1/accounts/verify_credentials", "account"),
    ("GET", r"/api/v1/accounts/7/statuses", "statuses"),
    ("POST", r"/api/v2/media", "upload"),
    ("GET", r"/api/v1/media/\d+", "media"),
    ("POST", r"/api/v1/statuses", "post"),
    ("GET", r"/api/v1/statuses/\d+", "status"),
    ("GET", r"/api/v1/statuses/\d+/source", "source"),
    ("GET", r"/api/v1/accounts/7", "profile"),
    ("PATCH", r"/api/v1/accounts/update_credentials", "update"),
)
SCOPES = {
    "account": {"read:accounts", "profile"},
    "statuses": {"read:statuses"},
    "upload": {"write:media"},
    "media": {"write:media"},
    "post": {"write:statuses"},
    "status": {"read:statuses"},
    "source": {"read:statuses"},
    "profile": {"read:accounts"},
    "update": {"write:accounts"},
}
"""One of them is enough for the call."""
PUBLIC = {"instance", "status", "profile"}
"""What anybody may ask, without a token."""
FIRST_ID = 103_254_962_155_278_888
LISTED = {"limit", "max_id", "since_id", "min_id", "exclude_reblogs", "exclude_replies"}
POSTED = {"status", "media_ids[]", "visibility", "sensitive", "spoiler_text", "language"}


def refused(
    status: int, message: str = "", after: bool = False, headers: Mapping[str, str] | None = None
) -> Fault:
    """An error of the API; with ``after`` although all was done."""
    return Fault(Reply(status, {"error": message} if message else {}, headers or {}), after=after)


@dataclass
class Attachment:
    """Media that were uploaded."""

    id: str
    name: str
    media_type: str
    content: bytes
    description: str | None
    looks: int
    """How often it is still looked at before it is worked through."""
    fails: bool = False
    status_id: str | None = None

    def shown(self) -> dict[str, Any]:
        """A MediaAttachment."""
        kind = self.media_type.partition("/")[0]
        url = f"https://files.example/{self.id}" if self.looks <= 0 else None
        return {"id": self.id, "type": kind, "url": url, "description": self.description}


@dataclass
class Status:
    """What was posted."""

    id: str
    text: str
    media: list[Attachment] = field(default_factory=list)
    key: str = ""

    def shown(self) -> dict[str, Any]:
        """A Status."""
        return {
            "id": self.id,
            "created_at": "2026-01-01T00:00:00.000Z",
            "visibility": "public",
            "uri": f"https://example.social/users/ann/statuses/{self.id}",
            "url": f"https://example.social/@ann/{self.id}",
            "content": html(self.text),
            "account": {**ACCOUNT, "note": "<p>Hello</p>"},
            "reblog": None,
            "media_attachments": [media.shown() for media in self.media],
        }


class MastodonServer(FaultySite):
    """The API. ``posted`` are the statuses, the oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.scopes = {name for names in SCOPES.values() for name in names} - {"profile"}
        self.profile = Profile()
        self.members_only = False
        self.hidden = False
        """What is made is not there yet for who looks at it."""
        self.tells_sources = True
        self.posted: list[Status] = []
        self.media: dict[str, Attachment] = {}
        self.keys: dict[str, Status] = {}
        """Idempotency keys of the last hour."""
        self.video_looks = 2
        self.failing_media = False
        self.configuration: dict[str, dict[str, Any]] = {
            "statuses": {
                "max_characters": 500,
                "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "video/mp4"],
                "description_limit": 1500,
                "image_size_limit": 16_777_216,
                "image_matrix_limit": 33_177_600,
                "video_size_limit": 103_809_024,
                "video_matrix_limit": 8_294_400,
            },
        }
        self._last_id = FIRST_ID

    def add_status(self, text: str) -> Status:
        """Somebody posts by other means."""
        status = Status(self._next_id(), text)
        self.posted.append(status)
        return status

    def named(self, asked: Asked) -> str:
        """What the API calls the request."""
        for method, path, name in CALLS:
            if asked.method == method and re.fullmatch(path, asked.url.path):
                return name
        raise Wrong("there is no such method")

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return Reply(400, {"error": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the request, and do it."""
        asked = Asked(asked.method, asked.url, _Headers(asked.headers), asked.body)
        self.expect("cookie" not in asked.headers, "nobody asked for cookies")
        if call not in PUBLIC or self.members_only or "authorization" in asked.headers:
            if asked.headers.get("authorization") != f"Bearer {self.token}":
                return Reply(401, {"error": "The access token is invalid"})
            if call in SCOPES and not self.scopes & SCOPES[call]:
                return Reply(403, {"error": "This action is outside the authorized scopes"})
        do = {
            "instance": self._instance,
            "account": lambda _: Reply(200, self.profile.own()),
            "profile": self._profile,
            "update": self._update,
            "status": self._status,
            "source": self._source,
            "statuses": self._statuses,
            "upload": self._upload,
            "media": self._media,
            "post": self._post,
        }[call]
        reply = do(asked)
        limits = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299"}
        return Reply(reply.status, reply.content, {**limits, **reply.headers})

    def _profile(self, _: Asked) -> Reply:
        return Reply(200, Profile().shown() if self.hidden else self.profile.shown())

    def _update(self, asked: Asked) -> Reply:
        problem = self.profile.change(form(asked, CHANGED))
        return _invalid(problem) if problem else Reply(200, self.profile.own())

    def _status(self, asked: Asked) -> Reply:
        found = self._posted(asked.url.path.rpartition("/")[2])
        if found is None or self.hidden:
            return Reply(404, {"error": "Record not found"})
        return Reply(200, found.shown())

    def _source(self, asked: Asked) -> Reply:
        found = self._posted(asked.url.path.split("/")[4])
        if found is None or not self.tells_sources:
            return Reply(404, {"error": "Record not found"})
        return Reply(200, {"id": found.id, "text": found.text, "spoiler_text": ""})

    def _posted(self, status_id: str) -> Status | None:
        return next((each for each in self.posted if each.id == status_id), None)

    def _instance(self, _: Asked) -> Reply:
        return Reply(200, {"domain": "example.social", "configuration": self.configuration})

    def _statuses(self, asked: Asked) -> Reply:
        self.expect(set(asked.query) <= LISTED, f"unknown parameters: {asked.query}")
        limit = int(asked.query.get("limit", "20"))
        self.expect(1 <= limit <= 40, "limit: 1 to 40")
        after = int(asked.query.get("since_id", "0"))
        before = int(asked.query.get("max_id", str(1 << 63)))
        found = [each for each in reversed(self.posted) if after < int(each.id) < before][:limit]
        return Reply(200, [each.shown() for each in found])

    def _upload(self, asked: Asked) -> Reply:
        fields = multipart(asked)
        self.expect(set(fields) <= {"file", "description", "focus"}, f"fields: {sorted(fields)}")
        self.expect("file" in fields, "file: is required")
        name, media_type, content = fields["file"]
        self.expect(bool(name and media_type), "file: a name and a MIME type")
        limits = self.configuration["media_attachments"]
        if media_type not in limits["supported_mime_types"]:
            return _invalid("File content type is invalid")
        description = fields["description"][2].decode() if "description" in fields else None
        if description is not None and len(description) > 1500:
            return _invalid("Description is too long (maximum is 1500 characters)")
        looks = self.video_looks if media_type.startswith("video/") else 0
        added = Attachment(self._next_id(), name, media_type, content, description, looks)
        added.fails = self.failing_media
        self.media[added.id] = added
        return Reply(202 if looks else 200, added.shown())

    def _media(self, asked: Asked) -> Reply:
        found = self.media.get(asked.url.path.rpartition("/")[2])
        if found is None or found.status_id:
            return Reply(404, {"error": "Record not found"})
        if found.fails:
            return Reply(422, {"error": "Error processing thumbnail for uploaded media"})
        found.looks -= 1
        return Reply(206 if found.looks > 0 else 200, found.shown())

    def _post(self, asked: Asked) -> Reply:
        given = form(asked, POSTED)
        key = asked.headers.get("idempotency-key", "")
        self.expect(bool(key), "Idempotency-Key: is sent")
        self.expect(given.get("visibility") == ["public"], "visibility: public")
        if key in self.keys:
            return Reply(200, self.keys[key].shown())
        text, media_ids = given.get("status", [""])[0].strip(), given.get("media_ids[]", [])
        media = [self.media[each] for each in media_ids if each in self.media]
        if problem := self._problem(text, media, len(media_ids)):
            return _invalid(problem)
        status = Status(self._next_id(), text, media, key)
        self.posted.append(status)
        self.keys[key] = status
        for each in media:
            each.status_id = status.id
        return Reply(200, status.shown())

    def _problem(self, text: str, media: list[Attachment], count: int) -> str:
        if len(URL.sub("x" * 23, text)) > self.configuration["statuses"]["max_characters"]:
            return "Text character limit of 500 exceeded"
        if not text and not media:
            return "Text can't be blank"
        if count > 4:
            return "Cannot attach more than 4 files"
        if len(media) != count or any(each.status_id for each in media):
            return "Media not found or already attached to another post"
        if any(each.looks > 0 for each in media):
            return "Cannot attach files that have not finished processing."
        if count > 1 and any(each.media_type.startswith("video/") for each in media):
            return "Cannot attach a video to a post that already contains images"
        return ""

    def _next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)


class _Headers(dict[str, str]):
    """Headers by name, in lower case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})


def _invalid(message: str) -> Reply:
    return Reply(422, {"error": f"Validation failed: {message}"})
