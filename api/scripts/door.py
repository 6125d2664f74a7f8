"""Who may come in where this dialect speaks."""

from __future__ import annotations

from flask import request

from api.auth import CHALLENGE, caller_of, let_in, meet
from api.caller import Caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.scripts.local_account import obstacle


class OperatorsDoor:
    """People on this machine need no credential; the plan must include scripts."""

    def admit(self, permission: str | None) -> None:
        """Let an account's caller in, or somebody on this machine; 403 without the right plan."""
        header = request.headers.get("Authorization")
        found = local_caller() if header is None else caller_of(header)
        meet(found)
        require_plan(found)
        let_in(permission)


def local_caller() -> Caller:
    """Whom a request without a credential acts as: the local account; else 401."""
    settings = gateway().yard.settings
    name = settings.local_account
    if name is None:
        raise _unauthorized("this yard has no local account (TASKYARD_LOCAL_ACCOUNT)")
    headers = {key.lower(): value for key, value in request.headers.items()}
    reason = obstacle(settings.host, request.remote_addr, headers)
    if reason is not None:
        raise _unauthorized(reason)
    found = gateway().local_accounts.caller(name)
    if found is None:
        raise _unauthorized(f"there is no enabled account {name} (TASKYARD_LOCAL_ACCOUNT)")
    return found


def require_plan(caller: Caller) -> None:
    """403 where the caller's plan has no scripts."""
    plan = caller.account.plan
    if not plan.has_script_api:
        raise Rejected(
            Kind.FORBIDDEN,
            f"The plan {plan} has no API for scripts; pro, team and business have.",
        )


def _unauthorized(reason: str) -> Rejected:
    return Rejected(
        Kind.UNAUTHORIZED,
        "Send `Authorization: Bearer` with an API key. A request without one is not let in here: "
        f"{reason}.",
        headers=CHALLENGE,
    )
