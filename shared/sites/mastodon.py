"""An account of a Mastodon server, or of one that speaks its API, over Mastodon.py.

https://docs.joinmastodon.org/methods/. The operator's own host is never told to the library as a
file: it opens tokens that look like paths.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shared.clock import Clock, SystemClock
from shared.outbound.client import AGENT
from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS, reaching, site_client
from shared.sites.delay import asked_delay
from shared.sites.error import RequestRefused, SiteError, SiteUnavailable, refusal
from shared.sites.mastodon_limits import Limits
from shared.sites.upload import Upload

if TYPE_CHECKING:
    from mastodon import Mastodon
    from requests import Response

PAGE = 40
"""The most statuses that one request answers."""
LEAST_VERSION = "4.0.0"
"""The API as it is spoken here; told to the library, which would ask for it otherwise."""


class MastodonClient:
    """The account that ``token`` belongs to, on the server ``instance`` (a URL).

    Methods raise `SiteError`. ``api`` is Mastodon.py's own client, for what is not a method here:
    use it within `asking`.
    """

    def __init__(
        self,
        settings: Settings,
        instance: str,
        token: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        from mastodon import Mastodon

        from shared.sites.guarded_session import GuardedSession

        self.site = urlsplit(instance).hostname or instance
        self._token = token
        self._clock = clock or SystemClock()
        self._http = site_client(settings, answer_seconds)
        self._session = GuardedSession(self._http)
        self.api: Mastodon = Mastodon(
            api_base_url=instance,
            session=self._session,
            ratelimit_method="throw",
            user_agent=AGENT,
            mastodon_version=LEAST_VERSION,
            version_check_mode="created",
        )
        # Not in the call: there it is looked for as a file of this machine.
        self.api.access_token = token

    def __enter__(self) -> MastodonClient:
        """Ready from the beginning on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End its connections."""
        self._session.close()
        self._http.close()

    def account(self) -> Mapping[str, Any]:
        """The account itself: ``id``, ``username``, ``url``, ``note`` (its profile text)."""
        with self.asking() as api:
            return _entity(api.account_verify_credentials())

    def limits(self) -> Limits:
        """What the server takes; the usual limits where it does not tell them."""
        try:
            with self.asking() as api:
                return Limits.of(api.instance_v2())
        except RequestRefused as error:
            if error.status != 404:
                raise
            return Limits()

    def upload(
        self,
        path: Path,
        media_type: str,
        alt: str,
        name: str,
        told: Callable[[int], object] = lambda _: None,
    ) -> str:
        """Send a picture or a video; its id. It is to be `is_ready` before it can be posted."""
        with Upload(path, told) as file, self.asking() as api:
            sent = api.media_post(
                file,
                mime_type=media_type,
                description=alt or None,
                file_name=name,
            )
            return str(_entity(sent)["id"])

    def is_ready(self, media_id: str) -> bool:
        """Whether the media is worked through, and can be posted.

        Raises `RequestRefused`: with status 404 where it is gone, or in a status by now; with 422
        where the server cannot use it.
        """
        with self.asking() as api:
            return bool(api.media(media_id).get("url"))

    def post(self, text: str, media_ids: Sequence[str], key: str) -> Mapping[str, Any]:
        """Publish a status for everybody. ``key`` lets the server know it for about an hour."""
        with self.asking() as api:
            sent = api.status_post(
                text,
                media_ids=list(media_ids) or None,
                visibility="public",
                idempotency_key=key,
            )
            return _entity(sent)

    def update_profile(self, note: str, fields: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
        """Give the account a profile text, and these rows of names and values instead of its own.

        https://docs.joinmastodon.org/methods/accounts/#update_credentials
        """
        with self.asking() as api:
            return _entity(api.account_update_credentials(note=note, fields=list(fields)))

    def source(self, status_id: str) -> str | None:
        """The text of one of the account's statuses as it was sent; None where it is not told."""
        try:
            with self.asking() as api:
                return str(api.status_source(status_id)["text"])
        except RequestRefused as error:
            if error.status not in (404, 405):
                raise
            return None

    def shown(self, path: str) -> tuple[Mapping[str, Any], bool]:
        """What is at ``path`` of the API, and whether anybody gets it, or the account alone."""
        answer = self._got(path)
        is_public = answer.status_code not in (401, 403)
        if not is_public:
            answer = self._got(path, {"Authorization": f"Bearer {self._token}"})
        if not answer.ok:
            raise self._refusal(answer)
        with self.asking():
            return _entity(answer.json()), is_public

    def newest_status(self, account_id: str) -> str | None:
        """The id of the account's newest status; None where there is none."""
        with self.asking() as api:
            found = api.account_statuses(account_id, exclude_reblogs=True, limit=1)
            return str(found[0]["id"]) if found else None

    def statuses(self, account_id: str, after: str | None) -> Iterator[Mapping[str, Any]]:
        """The account's statuses after the one with the id ``after``, the newest first."""
        before: str | None = None
        while page := self._page(account_id, after, before):
            yield from page
            last = page[-1]["id"]
            if last == before:  # not a server that knows pages
                return
            before = last

    def status_with(
        self, account_id: str, media_ids: Collection[str], after: str | None
    ) -> Mapping[str, Any] | None:
        """The status after ``after`` that has one of the media, or None: media have one at most."""
        for status in self.statuses(account_id, after):
            media = status.get("media_attachments") or ()
            if any(str(each["id"]) in media_ids for each in media):
                return status
        return None

    def _page(
        self, account_id: str, after: str | None, before: str | None
    ) -> list[Mapping[str, Any]]:
        with self.asking() as api:
            found = api.account_statuses(
                account_id, exclude_reblogs=True, since_id=after, max_id=before, limit=PAGE
            )
            return [_entity(status) for status in found]

    @contextmanager
    def asking(self) -> Iterator[Mastodon]:
        """The library's client; what goes wrong with it in the block becomes `SiteError`."""
        from mastodon.errors import MastodonError

        try:
            yield self.api
        except MastodonError as error:
            self._raise(error)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            message = f"{self.site} gives an answer that is not Mastodon's."
            raise SiteUnavailable(message) from error

    def _raise(self, error: Exception) -> None:
        answer = self._session.last
        if answer is None or answer.ok:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, Exception) and answer is None:
                with reaching(self.site):
                    raise cause
            message = f"{self.site} gives an answer that is not Mastodon's."
            raise SiteUnavailable(message) from error
        raise self._refusal(answer) from error

    def _refusal(self, answer: Response) -> SiteError:
        delay = asked_delay(answer.headers, self._clock)
        said = _said(answer).replace(self._token, "…") if self._token else _said(answer)
        return refusal(self.site, answer.status_code, said, delay)

    def _got(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        with reaching(self.site):
            url = f"{self.api.api_base_url}/api/v1/{path}"
            return self._session.request("GET", url, headers=headers)


def _entity(given: Any) -> dict[str, Any]:
    """``given``, which has to have an id, as a plain object with that id as text."""
    if given["id"] is None:  # what the library answers for one that is not there
        raise KeyError("id")
    return {**given, "id": str(given["id"])}


def _said(answer: Any) -> str:
    """The message in an answer of failure: https://docs.joinmastodon.org/entities/Error/."""
    try:
        content = answer.json()
    except ValueError:
        return ""
    if not isinstance(content, dict):
        return ""
    parts = (content.get("error"), content.get("error_description"))
    return ": ".join(part for part in parts if isinstance(part, str))
