"""What Instagram's API answers, and what it knows of posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.sites.faulty_site import Fault, Reply

NO_TOKEN = (190, 463, "Error validating access token: Session has expired.")
NO_SCOPE = (10, None, "(#10) Application does not have permission for this action")
NOT_THERE = (100, 33, "Object does not exist, or cannot be loaded due to missing permissions")
NOT_READY = (9007, 2207027, "The media is not ready for publishing, please wait for a moment")
USED_UP = (24, 2207008, "The media builder with this creation id does not exist or has expired")
NO_URL = (100, None, "(#100) The parameter video_url is required.")


def error(
    code: int, subcode: int | None = None, message: str = "no", *, status: int = 400
) -> Reply:
    """An answer of the Graph API that refuses."""
    said: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    if subcode is not None:
        said |= {"error_subcode": subcode, "error_user_msg": message}
    return Reply(status, {"error": {**said, "is_transient": False, "fbtrace_id": "A1"}})


def refused(code: int, subcode: int | None = None, after: bool = False, **headers: str) -> Fault:
    """Such an answer in place of another; words in names of headers are joined by ``_``."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    plain = error(code, subcode)
    return Fault(Reply(plain.status, plain.content, spelled), after=after)


@dataclass
class Container:
    """A post that was begun, or a part of one."""

    id: str
    fields: Mapping[str, str]
    media: list[bytes] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    file_size: int | None = None
    looks: int = 0
    status_code: str = "IN_PROGRESS"
    status: str = "In Progress: Media is still being processed."

    @property
    def is_uploaded(self) -> bool:
        """Whether it has all of what it needs."""
        return bool(self.media) or len(self.received) == self.file_size


@dataclass
class Posted:
    """A post that everybody sees."""

    id: str
    container: Container
    at: datetime

    @property
    def is_story(self) -> bool:
        """Whether it is gone after 24 hours."""
        return self.container.fields.get("media_type") == "STORIES"

    @property
    def permalink(self) -> str:
        """Where it is."""
        return f"https://www.instagram.com/p/{self.id}/"


def not_taken(*, retriable: bool) -> Fault:
    """The upload's host refuses."""
    return Fault(refused_upload(retriable=retriable))


def refused_upload(*, retriable: bool) -> Reply:
    trouble = {"type": "ProcessingFailedError", "message": "Request processing failed"}
    return Reply(400, {"debug_info": {"retriable": retriable, **trouble}})


def phases(made: Container) -> dict[str, Any]:
    if made.file_size is None:
        return {"uploading_phase": {"status": "not_started"}}
    status = "complete" if made.is_uploaded else "in_progress"
    return {"uploading_phase": {"status": status, "bytes_transferred": len(made.received)}}


def shown(posted: Posted) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": posted.id,
        "permalink": posted.permalink,
        "timestamp": posted.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
    caption = posted.container.fields.get("caption")
    return {**told, "caption": caption} if caption else told
