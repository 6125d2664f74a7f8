"""Accounts that submit to the yard that is measured, and the requests by which they do."""

from __future__ import annotations

from dataclasses import dataclass

from shared.accounts.account import create_account
from shared.accounts.token import issue_token
from taskyard.bench.reply import request_bytes
from taskyard.bench.stage import Stage

TASKS_PATH = "/api/v1/tasks"
ECHO = b'{"type":"ECHO","content":"the quick brown fox jumps over the lazy dog"}'
TOKEN_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Tenant:
    """One account, and the token that speaks for it."""

    account_id: str
    token: str

    def submission(self) -> bytes:
        """A request that submits one small ECHO."""
        return request_bytes("POST", TASKS_PATH, self.token, ECHO)

    def bulk_submission(self, items: int) -> bytes:
        """A request that submits so many of them."""
        body = b"\n".join([ECHO] * items)
        path = f"{TASKS_PATH}/bulk"
        return request_bytes("POST", path, self.token, body, "application/x-ndjson")


def new_tenant(stage: Stage, name: str) -> Tenant:
    """An account of that name, which no other may have."""
    with stage.store.begin() as tx:
        account = create_account(tx, name, plan="pro")
    token = issue_token(stage.settings, account.id, "buyer", ttl_seconds=TOKEN_SECONDS)
    return Tenant(account.id, token)
