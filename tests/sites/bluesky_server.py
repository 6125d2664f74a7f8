"""A PDS and a video service that speak the AT Protocol as documented, strictly, with one account.

https://atproto.com/specs/xrpc, https://atproto.com/specs/record-key, https://atproto.com/specs/blob,
https://docs.bsky.app/docs/tutorials/video and the lexicons of com.atproto and app.bsky
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import jwt
import regex

from tests.sites.bluesky_records import (
    MOMENT,
    TID,
    Json,
    XrpcError,
    check_facet,
    check_profile,
    json_cid,
    object_in,
    raw_cid,
    written,
)
from tests.sites.faulty_site import Asked, Fault, FaultySite, Reply, Wrong

HANDLE, PASSWORD, DID = "ann.test", "abcd-efgh-ijkl-mnop", "did:plc:ivvrye53jw7otdtjzawycxqq"
SECRET = "a secret of the server's, of enough bytes"
POSTS = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
CALLS = {
    "com.atproto.server.createSession": "POST",
    "com.atproto.server.refreshSession": "POST",
    "com.atproto.server.getServiceAuth": "GET",
    "com.atproto.repo.uploadBlob": "POST",
    "com.atproto.repo.getRecord": "GET",
    "com.atproto.repo.createRecord": "POST",
    "com.atproto.repo.putRecord": "POST",
    "app.bsky.video.getUploadLimits": "GET",
    "app.bsky.video.uploadVideo": "POST",
    "app.bsky.video.getJobStatus": "GET",
}
MOST_BYTES = {"image": 1_000_000, "video": 300_000_000}
LONGEST_TOKEN = timedelta(hours=1)


def refused(
    status: int,
    error: str,
    message: str = "",
    after: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Fault:
    """An error of the API; with ``after`` although all was done."""
    return Fault(Reply(status, {"error": error, "message": message}, headers or {}), after=after)


class BlueskyServer(FaultySite):
    """The API. ``records`` are the account's posts by key."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, Json] = {}
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.own_profile: Json | None = None
        self.keeps = True
        """Else what is written is answered, and gone."""
        self.password = PASSWORD
        self.access_seconds = 7200.0
        self.video_looks = 1
        """How often a video is looked at before it is worked through."""
        self.video_fails = ""
        self.known_videos: dict[str, str] = {}
        """The blobs of videos that were worked through, by the hash of what was sent."""
        self.limits: Json = {
            "canUpload": True,
            "remainingDailyVideos": 24,
            "remainingDailyBytes": 10**10,
        }
        self._jobs: dict[str, tuple[int, str]] = {}
        self._refresh_number = 0

    @property
    def credential(self) -> dict[str, str]:
        """How to log in here."""
        return {
            "service": self.url,
            "identifier": HANDLE,
            "password": PASSWORD,
            "video_service": self.url,
        }

    def posts(self) -> list[Json]:
        """The posts of the account."""
        return list(self.records.values())

    def profile(self) -> Json | None:
        """The record of its profile."""
        return self.own_profile

    def blob(self, reference: Json) -> bytes:
        """The content of a blob that a record refers to."""
        return self.blobs[reference["ref"]["$link"]][1]

    def named(self, asked: Asked) -> str:
        """The method's name without its namespace."""
        name = asked.url.path.removeprefix("/xrpc/")
        if CALLS.get(name) != asked.method:
            raise Wrong("there is no such method")
        return name.rpartition(".")[2]

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return Reply(400, {"error": "InvalidRequest", "message": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the request, and do it."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        asked = Asked(asked.method, asked.url, headers, asked.body)
        self.expect(not asked.body or "content-type" in headers, "a body has a Content-Type")
        self.expect("transfer-encoding" not in headers, "a body has a Content-Length")
        try:
            return getattr(self, f"_{call}")(asked)  # type: ignore[no-any-return]
        except XrpcError as error:
            return error.reply

    def _createSession(self, asked: Asked) -> Reply:  # noqa: N802 - as the API calls it
        given = object_in(asked)
        self.expect("authorization" not in asked.headers, "nobody is logged in yet")
        if given != {"identifier": HANDLE, "password": self.password}:
            raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
        return Reply(200, self._session())

    def _refreshSession(self, asked: Asked) -> Reply:  # noqa: N802
        claims = self._claims(asked, "com.atproto.refresh")
        if claims["jti"] != str(self._refresh_number):
            raise XrpcError(400, "ExpiredToken", "Token has been revoked")
        self.access_seconds = 7200.0
        return Reply(200, self._session())

    def _session(self) -> Json:
        self._refresh_number += 1
        access = self._token("com.atproto.access", self.access_seconds)
        refresh = self._token("com.atproto.refresh", 90 * 86400.0, jti=str(self._refresh_number))
        return {"did": DID, "handle": HANDLE, "accessJwt": access, "refreshJwt": refresh}

    def _token(self, scope: str, seconds: float, **claims: Any) -> str:
        now = datetime.now(UTC)
        known = {"scope": scope, "sub": DID, "iat": now, "exp": now + timedelta(seconds=seconds)}
        return jwt.encode({**known, **claims}, SECRET, "HS256")

    def _claims(self, asked: Asked, scope: str) -> Json:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        self.expect(kind == "Bearer", "Authorization: Bearer")
        try:
            claims: Json = jwt.decode(token, SECRET, ["HS256"], options={"verify_aud": False})
        except jwt.ExpiredSignatureError:
            raise XrpcError(400, "ExpiredToken", "Token has expired") from None
        self.expect(claims["scope"] == scope, f"a token of {scope}")
        return claims

    def _getServiceAuth(self, asked: Asked) -> Reply:  # noqa: N802
        self._claims(asked, "com.atproto.access")
        given = asked.query
        self.expect(set(given) <= {"aud", "lxm", "exp"}, f"parameters: {given}")
        self.expect(given.get("aud") == self._did_web, f"aud: {self._did_web}")
        seconds = 60.0
        if "exp" in given:
            seconds = int(given["exp"]) - datetime.now(UTC).timestamp()
            self.expect(0 < seconds <= LONGEST_TOKEN.total_seconds(), "exp: within an hour")
        token = self._token("service", seconds, aud=given["aud"], lxm=given["lxm"])
        return Reply(200, {"token": token})

    @property
    def _did_web(self) -> str:
        return "did:web:" + urlsplit(self.url).netloc.replace(":", "%3A")

    def _uploadBlob(self, asked: Asked) -> Reply:  # noqa: N802
        self._claims(asked, "com.atproto.access")
        return Reply(200, {"blob": self._kept(asked.headers["content-type"], asked.body)})

    def _kept(self, media_type: str, content: bytes) -> Json:
        self.expect(bool(content), "a blob has content")
        cid = raw_cid(content)
        self.blobs[cid] = (media_type, content)
        return self._reference(cid)

    def _reference(self, cid: str) -> Json:
        media_type, content = self.blobs[cid]
        ref = {"$link": cid}
        return {"$type": "blob", "ref": ref, "mimeType": media_type, "size": len(content)}

    def _getRecord(self, asked: Asked) -> Reply:  # noqa: N802
        given = asked.query
        self.expect(set(given) == {"repo", "collection", "rkey"}, f"parameters: {given}")
        is_profile = (given["collection"], given["rkey"]) == (PROFILE, "self")
        found = self.own_profile if is_profile else self.records.get(given["rkey"])
        uri = f"at://{given['repo']}/{given['collection']}/{given['rkey']}"
        if found is None:
            raise XrpcError(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Reply(200, {"uri": uri, "cid": json_cid(found), "value": found})

    def _createRecord(self, asked: Asked) -> Reply:  # noqa: N802
        self._claims(asked, "com.atproto.access")
        given = object_in(asked)
        self.expect(set(given) == {"repo", "collection", "rkey", "record"}, f"keys: {set(given)}")
        self.expect(given["repo"] == DID and given["collection"] == POSTS, "repo, collection")
        self.expect(bool(TID.fullmatch(given["rkey"])), f"rkey: a TID, not {given['rkey']}")
        self._check(given["record"])
        if given["rkey"] in self.records:
            raise XrpcError(500, "InternalServerError", "Internal Server Error")
        if self.keeps:
            self.records[given["rkey"]] = given["record"]
        return written(given)

    def _putRecord(self, asked: Asked) -> Reply:  # noqa: N802
        self._claims(asked, "com.atproto.access")
        given = object_in(asked)
        known = {"repo", "collection", "rkey", "record", "swapRecord"}
        self.expect(set(given) == known, f"keys: {set(given)}")
        place = (given["repo"], given["collection"], given["rkey"])
        self.expect(place == (DID, PROFILE, "self"), f"repo, collection, rkey: {place}")
        check_profile(given["record"])
        cid = json_cid(self.own_profile) if self.own_profile else None
        if given["swapRecord"] != cid:
            raise XrpcError(400, "InvalidSwap", f"Record was at {cid}")
        if self.keeps:
            self.own_profile = given["record"]
        return written(given)

    def _check(self, record: Json) -> None:
        known = {"$type", "text", "createdAt", "embed", "facets"}
        self.expect(set(record) <= known and record["$type"] == POSTS, f"keys: {set(record)}")
        self.expect(bool(MOMENT.fullmatch(record["createdAt"])), "createdAt: a moment")
        text = record["text"].encode()
        if len(text) > 3000 or len(regex.findall(r"\X", record["text"])) > 300:
            raise XrpcError(400, "InvalidRequest", "Record/text must not be longer")
        for facet in record.get("facets", []):
            check_facet(facet, text)
        embed = record.get("embed")
        if embed is None:
            return
        if embed["$type"] == "app.bsky.embed.images":
            self.expect(1 <= len(embed["images"]) <= 4, "images: 1 to 4")
            for image in embed["images"]:
                self.expect(isinstance(image["alt"], str), "alt: a text")
                self._check_blob(image["image"], "image", image.get("aspectRatio"))
        else:
            self.expect(embed["$type"] == "app.bsky.embed.video", "embed: images or a video")
            self._check_blob(embed["video"], "video", embed.get("aspectRatio"))
            self.expect(embed["video"]["mimeType"] == "video/mp4", "video: an MP4")

    def _check_blob(self, reference: Json, kind: str, ratio: Json | None) -> None:
        cid = reference["ref"]["$link"]
        if cid not in self.blobs:
            raise XrpcError(400, "BlobNotFound", f"Could not find blob: {cid}")
        self.expect(reference == self._reference(cid), "the reference is as it was answered")
        self.expect(reference["mimeType"].startswith(f"{kind}/"), f"mimeType: {kind}/*")
        if reference["size"] > MOST_BYTES[kind]:
            raise XrpcError(400, "BlobTooLarge", "This file is too large.")
        if ratio is not None:
            good = set(ratio) == {"width", "height"} and all(side >= 1 for side in ratio.values())
            self.expect(good, f"aspectRatio: {ratio}")

    def _getUploadLimits(self, asked: Asked) -> Reply:  # noqa: N802
        claims = self._claims(asked, "service")
        self.expect(claims["lxm"] == "app.bsky.video.getUploadLimits", "lxm")
        return Reply(200, self.limits)

    def _uploadVideo(self, asked: Asked) -> Reply:  # noqa: N802
        claims = self._claims(asked, "service")
        self.expect(claims["lxm"] == "com.atproto.repo.uploadBlob", "lxm")
        self.expect(claims["exp"] - claims["iat"] > 600, "a token for long enough")
        self.expect(asked.headers["content-type"] == "video/mp4", "Content-Type: video/mp4")
        self.expect(asked.query.get("did") == DID and "name" in asked.query, "did, name")
        job, hashed = f"job{len(self._jobs) + 1}", sha256(asked.body).hexdigest()
        if hashed in self.known_videos:
            known = {"jobId": job, "did": DID, "state": "JOB_STATE_COMPLETED"}
            blob = self._reference(self.known_videos[hashed])
            return Reply(409, {**known, "error": "already_exists", "blob": blob})
        cid = str(self._kept("video/mp4", b"better " + asked.body)["ref"]["$link"])
        self._jobs[job] = (self.video_looks, cid)
        self.known_videos[hashed] = cid
        return Reply(200, {"jobId": job, "did": DID, "state": "JOB_STATE_CREATED"})

    def _getJobStatus(self, asked: Asked) -> Reply:  # noqa: N802
        job = asked.query["jobId"]
        looks, cid = self._jobs[job]
        self._jobs[job] = (looks - 1, cid)
        status: dict[str, Any] = {"jobId": job, "did": DID, "state": "JOB_STATE_ENCODING"}
        if self.video_fails:
            status |= {"state": "JOB_STATE_FAILED", "error": self.video_fails}
        elif looks <= 1:
            status |= {"state": "JOB_STATE_COMPLETED", "blob": self._reference(cid)}
        return Reply(200, {"jobStatus": status})
