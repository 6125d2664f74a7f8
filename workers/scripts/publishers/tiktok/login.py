"""The credential of a TikTok account: what it holds, and how its tokens are renewed.

https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token: an access token is good for
hours, and every renewal also gives a new refresh token, which alone works from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy import select

from shared.db import Transaction
from shared.sealed import seal, unseal
from shared.sites.outcome import TryLater
from shared.social.account import (
    SocialAccount,
    change_social_account,
    get_social_account,
    social_accounts,
)
from shared.yard import Yard
from workers.journal import transacted
from workers.scripts.publishers.exchange import Answer, Unanswered, ask
from workers.scripts.publishers.protocol import LoggedOut, Login

API_URL = "https://open.tiktokapis.com"
RENEWAL = ("client_key", "client_secret", "refresh_token")
"""What a credential must hold for its access token to be renewed."""
ENDED = frozenset({"invalid_grant", "invalid_request", "invalid_client", "unauthorized_client"})


class TikTokLogin:
    """An account and its credential: ``access_token``, and, to renew it, those of `RENEWAL`.

    It may also hold ``privacy_level``, ``disable_comment``, ``disable_duet``, ``disable_stitch``,
    ``brand_content_toggle``, ``brand_organic_toggle``, ``is_aigc`` (as in TikTok's post_info),
    ``media_url`` (where the library's files are public) and ``api_url``.
    """

    def __init__(self, yard: Yard, login: Login) -> None:
        if login.social is None or not (login.credential or {}).get("access_token"):
            raise LoggedOut("The credential of a TikTok account needs an access_token.")
        self._yard = yard
        self.account: SocialAccount = login.social
        self.credential: Mapping[str, Any] = login.credential or {}

    @property
    def api_url(self) -> str:
        """Where the API begins."""
        return str(self.credential.get("api_url") or API_URL).rstrip("/")

    @property
    def headers(self) -> dict[str, str]:
        """What proves who asks."""
        return {"Authorization": f"Bearer {self.credential['access_token']}"}

    def renew(self, client: httpx.Client) -> None:
        """Have a new access token, kept in the account; `LoggedOut` where none is to be had."""
        if self._was_changed():
            return
        if not all(self.credential.get(key) for key in RENEWAL):
            names = ", ".join(RENEWAL)
            raise LoggedOut(f"The access token has ended; to renew it, it takes {names}.")
        fields = {key: str(self.credential[key]) for key in RENEWAL}
        asked = {**fields, "grant_type": "refresh_token"}
        try:
            answer = ask(client, "TikTok", "POST", f"{self.api_url}/v2/oauth/token/", data=asked)
        except Unanswered as error:
            raise TryLater(str(error)) from error  # of the post itself, nothing is unknown
        if answer.content.get("access_token"):
            self._keep(answer.content)
        elif not self._was_changed():
            _refuse(answer)

    def _keep(self, renewed: Mapping[str, Any]) -> None:
        tokens = {k: renewed[k] for k in ("access_token", "refresh_token") if renewed.get(k)}
        changed = {**self.credential, **tokens}

        def keep(tx: Transaction) -> None:
            mine = social_accounts.c.id == self.account.id
            tx.execute(select(social_accounts.c.id).where(mine).with_for_update(key_share=True))
            account = self._now(tx)
            if self._is_another(account):
                return  # somebody gave it meanwhile: that is the one to keep
            sealed = seal(self._yard.settings, account.id, changed)
            self.account = change_social_account(tx, account, credential=sealed)

        transacted(self._yard, keep)  # those from before work no more: they must not get lost
        self.credential = changed

    def _was_changed(self) -> bool:
        """Whether somebody else renewed the credential or gave another: then that one is used."""
        with self._yard.store.read() as tx:
            account = self._now(tx)
        if account.credential is None or not self._is_another(account):
            return False
        self.credential = unseal(self._yard.settings, account.id, account.credential)
        self.account = account
        return bool(self.credential.get("access_token"))

    def _is_another(self, account: SocialAccount) -> bool:
        """Whether ``account`` has another credential than was used; sealed anew it is the same."""
        if account.credential == self.account.credential:
            return False
        settings = self._yard.settings
        return account.opened(settings) != self.account.opened(settings)

    def _now(self, tx: Transaction) -> SocialAccount:
        return get_social_account(tx, self.account.account_id, self.account.id)


def _refuse(answer: Answer) -> None:
    said = str(answer.content.get("error") or "")
    why = str(answer.content.get("error_description") or said or f"status {answer.status}")
    if said in ENDED or answer.status in (400, 401, 403):
        raise LoggedOut(f"TikTok does not renew the access token ({why}).")
    raise TryLater(f"TikTok does not renew the access token now ({why}).")
