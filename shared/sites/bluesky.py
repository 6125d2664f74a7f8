"""An account on a server of the AT Protocol (a PDS), Bluesky's or another, over atproto.

https://docs.bsky.app/docs/get-started, https://atproto.com/specs/xrpc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import orjson

from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.sites.bluesky_answer import failure, raised
from shared.sites.client import ANSWER_SECONDS, reaching, site_client
from shared.sites.delay import asked_delay
from shared.sites.error import RequestRefused, SiteUnavailable
from shared.sites.upload import Upload

if TYPE_CHECKING:
    from atproto_client import Client, Session

SERVICE = "https://bsky.social"
POSTS = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
NO_RECORD = "RecordNotFound"
UPLOAD_BLOB = "com.atproto.repo.uploadBlob"
CREATE = "com.atproto.repo.createRecord"
PUT = "com.atproto.repo.putRecord"
GET_RECORD = "com.atproto.repo.getRecord"
JSON = {"Content-Type": "application/json"}


class BlueskyClient:
    """A session of one account at ``service`` (a URL): `log_in` first.

    Methods raise `SiteError`. ``api`` is the library's own client, for what is not a method here:
    use it within `asking`. It renews the session by itself.
    """

    def __init__(
        self,
        settings: Settings,
        service: str = SERVICE,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        from atproto_client import Client

        from shared.sites.guarded_request import GuardedRequest

        self.site = urlsplit(service).hostname or service
        self.clock = clock or SystemClock()
        self.http = site_client(settings, answer_seconds)
        self.api: Client = Client(service, request=GuardedRequest(self.http))
        self._session: Session | None = None
        self._password = ""
        self.api.on_session_change(self._keep)

    def __enter__(self) -> BlueskyClient:
        """Not logged in."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End its connections."""
        self.http.close()

    @property
    def did(self) -> str:
        """The account's own id, which stays when its name changes."""
        return str(self._logged_in.did)

    @property
    def pds(self) -> str:
        """The URL of the server that has the account's records."""
        return str(self._logged_in.pds_endpoint).removesuffix("/xrpc").rstrip("/")

    def log_in(self, identifier: str, password: str) -> None:
        """Begin a session, by name, e-mail address or DID; ``password`` is best an app password.

        https://docs.bsky.app/docs/api/com-atproto-server-create-session
        """
        self._password = password
        with self.asking() as api:
            # The public `login` also asks for the profile, which a PDS alone does not know.
            api._get_and_set_session(identifier, password)  # noqa: SLF001

    def upload(self, content: bytes | Upload, media_type: str) -> Mapping[str, Any]:
        """Send a blob; its reference, for a record. One that no record has is soon removed."""
        from atproto_client.models import ComAtprotoRepoUploadBlob as Called
        from atproto_client.models.utils import get_response_model

        with self.asking() as api:
            answer = api.invoke_procedure(
                UPLOAD_BLOB, content=content, headers={"Content-Type": media_type}
            )
            return _plain(get_response_model(answer, Called.Response).blob)

    def record(self, key: str, collection: str = POSTS) -> Mapping[str, Any] | None:
        """The ``uri``, ``cid`` and ``value`` of the account's record with that key, or None."""
        params = {"repo": self.did, "collection": collection, "rkey": key}
        try:
            with self.asking() as api:
                return _plain(api.com.atproto.repo.get_record(params))
        except RequestRefused as error:
            if NO_RECORD in str(error) or error.status == 404:
                return None
            raise

    def create(
        self, key: str, record: Mapping[str, Any], collection: str = POSTS
    ) -> Mapping[str, Any]:
        """Add a record as it is; its ``uri`` and ``cid``. A second one with that key is refused."""
        from atproto_client.models import ComAtprotoRepoCreateRecord as Called
        from atproto_client.models.utils import get_response_model

        body = {"repo": self.did, "collection": collection, "rkey": key, "record": dict(record)}
        with self.asking() as api:
            # Not as the library's models, which would add to it.
            answer = api.invoke_procedure(CREATE, content=orjson.dumps(body), headers=JSON)
            return _plain(get_response_model(answer, Called.Response))

    def put(
        self, key: str, record: Mapping[str, Any], collection: str, instead_of: str | None
    ) -> Mapping[str, Any]:
        """Write a record as it is, over the one with the CID ``instead_of`` alone; None: over none.

        https://docs.bsky.app/docs/api/com-atproto-repo-put-record
        """
        from atproto_client.models import ComAtprotoRepoPutRecord as Called
        from atproto_client.models.utils import get_response_model

        body = {
            "repo": self.did,
            "collection": collection,
            "rkey": key,
            "record": dict(record),
            "swapRecord": instead_of,
        }
        with self.asking() as api:
            answer = api.invoke_procedure(PUT, content=orjson.dumps(body), headers=JSON)
            return _plain(get_response_model(answer, Called.Response))

    def public_record(self, key: str, collection: str = POSTS) -> Mapping[str, Any] | None:
        """The same as `record`, as anybody gets it, and with all that is in it."""
        params = {"repo": self.did, "collection": collection, "rkey": key}
        with reaching(self.site):
            answer = self.http.get(f"{self.pds}/xrpc/{GET_RECORD}", params=params)
        said = _object(answer)
        if answer.is_success:
            if isinstance(said.get("value"), dict) and isinstance(said.get("cid"), str):
                return said
            raise SiteUnavailable(f"{self.site} gives an answer that is not the AT Protocol's.")
        if said.get("error") == NO_RECORD or answer.status_code == httpx.codes.NOT_FOUND:
            return None
        delay = asked_delay(answer.headers, self.clock)
        raise failure(self.site, answer.status_code, said, delay)

    def service_token(self, audience: str, method: str, seconds: float | None = None) -> str:
        """A token with which another service may call ``method`` in the account's name."""
        params: dict[str, Any] = {"aud": audience, "lxm": method}
        if seconds is not None:
            params["exp"] = int(self.clock.now().timestamp() + seconds)
        with self.asking() as api:
            return str(api.com.atproto.server.get_service_auth(params).token)

    @contextmanager
    def asking(self) -> Iterator[Client]:
        """The library's client; what goes wrong with it in the block becomes `SiteError`."""
        from atproto_client.exceptions import RequestErrorBase
        from atproto_core.exceptions import AtProtocolError

        try:
            with reaching(self.site):
                yield self.api
        except RequestErrorBase as error:
            raise raised(self.site, error.response, self.clock, self._password) from error
        except (AtProtocolError, LookupError, TypeError, ValueError, AttributeError) as error:
            message = f"{self.site} gives an answer that is not the AT Protocol's."
            raise SiteUnavailable(message) from error

    @property
    def _logged_in(self) -> Session:
        if self._session is None:
            raise RuntimeError("log_in comes first")
        return self._session

    def _keep(self, _event: object, session: Session) -> None:
        self._session = session


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _plain(model: Any) -> Mapping[str, Any]:
    """What the library's ``model`` says, as JSON has it."""
    from atproto_client.models.utils import get_model_as_dict

    return dict(get_model_as_dict(model))
