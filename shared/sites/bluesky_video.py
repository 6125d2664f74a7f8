"""Bluesky's video service: it works a video through, and puts it into the account's PDS.

https://docs.bsky.app/docs/tutorials/video
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shared.sites.bluesky import UPLOAD_BLOB, BlueskyClient
from shared.sites.bluesky_answer import failure
from shared.sites.client import reaching
from shared.sites.delay import asked_delay
from shared.sites.error import CredentialRefused, RequestRefused, SiteUnavailable
from shared.sites.upload import Upload

if TYPE_CHECKING:
    import httpx

VIDEO_SERVICE = "https://video.bsky.app"
LIMITS, UPLOAD, STATUS = (
    f"app.bsky.video.{name}" for name in ("getUploadLimits", "uploadVideo", "getJobStatus")
)
TOKEN_SECONDS = 30 * 60.0
"""How long the service may use the account's PDS: as its makers recommend."""
LIMIT_SECONDS = 6 * 3600.0
"""A limit of a day: three retries so far apart reach over most of it."""
FAILED = "JOB_STATE_FAILED"


@dataclass(frozen=True, slots=True)
class Job:
    """A video in work: ``blob`` is its reference as soon as it is ready; see `VideoService`."""

    id: str
    blob: Mapping[str, Any] | None


class VideoService:
    """The service at ``url``, for the account of ``client``. Methods raise `SiteError`."""

    def __init__(self, client: BlueskyClient, url: str = VIDEO_SERVICE) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._host = urlsplit(url).hostname or url

    def check_limits(self, size_bytes: int) -> None:
        """Raise `SiteError` where the account may not send a video of that size now."""
        token = self._client.service_token(_web_did(self._url), LIMITS)
        said = self._asked("GET", LIMITS, headers=_bearer(token))
        left, left_bytes = said.get("remainingDailyVideos"), said.get("remainingDailyBytes")
        told = str(said.get("message") or said.get("error") or "no more videos today")
        if left == 0 or (isinstance(left_bytes, int) and left_bytes < size_bytes):
            raise SiteUnavailable(f"{self._host}: {told}", delay_seconds=LIMIT_SECONDS)
        if said.get("canUpload") is False:
            raise RequestRefused(f"{self._host}: {told}")

    def send(self, video: Upload, name: str) -> Job:
        """Give the service an MP4; one that it has worked through before is ready at once."""
        audience = _web_did(self._client.pds)
        token = self._client.service_token(audience, UPLOAD_BLOB, TOKEN_SECONDS)
        return self._job(
            self._asked(
                "POST",
                UPLOAD,
                params={"did": self._client.did, "name": name},
                headers={**_bearer(token), "Content-Type": "video/mp4"},
                content=video,
            )
        )

    def look(self, job: Job) -> Job:
        """How far ``job`` is; `RequestRefused` where the service cannot use the video."""
        return self._job(self._asked("GET", STATUS, params={"jobId": job.id}))

    def _asked(self, method: str, name: str, **how: Any) -> Mapping[str, Any]:
        with reaching(self._host):
            answer = self._client.http.request(method, f"{self._url}/xrpc/{name}", **how)
        said = _content(answer)
        if answer.is_success or (name != LIMITS and _status(said).get("jobId")):
            return said
        delay = asked_delay(answer.headers, self._client.clock)
        error = failure(self._host, answer.status_code, said, delay)
        if isinstance(error, CredentialRefused):  # what it does not take is the PDS's token
            error = RequestRefused(str(error), error.status)
        raise error

    def _job(self, said: Mapping[str, Any]) -> Job:
        """The job in an answer; one of a video known before is an error that holds it as well."""
        status = _status(said)
        blob, job_id = status.get("blob"), status.get("jobId")
        if isinstance(blob, dict):
            return Job(str(job_id), blob)
        if status.get("state") == FAILED:
            told = status.get("message") or status.get("error") or "it could not be worked through"
            raise RequestRefused(f"{self._host} refuses the video: {told}")
        if not isinstance(job_id, str):
            raise SiteUnavailable(f"{self._host} gives an answer that is no job's.")
        return Job(job_id, None)


def _status(said: Mapping[str, Any]) -> Mapping[str, Any]:
    status = said.get("jobStatus")
    return status if isinstance(status, dict) else said


def _content(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _web_did(url: str) -> str:
    """The DID of the service at ``url``; a port's colon is spelled out (did:web)."""
    return "did:web:" + urlsplit(url).netloc.replace(":", "%3A")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
