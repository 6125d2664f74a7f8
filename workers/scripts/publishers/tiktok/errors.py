"""What TikTok's refusals mean: whether to try again, when, or to log in anew; pure.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post and
https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status list the codes.
"""

from __future__ import annotations

from shared.errors import TaskError
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.exchange import Unanswered
from workers.scripts.publishers.protocol import LoggedOut

TOKEN_INVALID = "access_token_invalid"  # noqa: S105 - a code of theirs
RATE_SECONDS = 60.0
"""Their limits count by the minute."""
DAY_SECONDS = 6 * 3600.0
"""A limit of a day: three retries so far apart reach over most of it."""

LOGIN = {
    TOKEN_INVALID: "TikTok does not take the access token any more.",
    "scope_not_authorized": "The account has not granted the scope video.publish.",
    "scope_permission_missed": "The account has not granted the scope video.publish.",
    "auth_removed": "The account has withdrawn its permission.",
}
LATER = {
    "rate_limit_exceeded": ("TikTok is asked too often.", RATE_SECONDS),
    "spam_risk_too_many_posts": ("The account has made its posts of 24 hours.", DAY_SECONDS),
    "spam_risk_too_many_pending_share": ("Too many posts of the account wait.", DAY_SECONDS),
    "reached_active_user_cap": ("The app's accounts of 24 hours are used up.", DAY_SECONDS),
    "internal": ("TikTok has an error of its own.", None),
    "photo_pull_failed": ("TikTok could not fetch a picture.", None),
    "invalid_publish_id": ("TikTok does not know the post, or does not know it yet.", None),
}
NEVER = {
    "spam_risk": "TikTok takes the post for spam.",
    "spam_risk_text": "TikTok takes the caption for spam.",
    "spam_risk_user_banned_from_posting": "TikTok has banned the account from posting.",
    "unaudited_client_can_only_post_to_private_accounts": (
        "TikTok has not audited the app: until then it posts to private accounts alone."
    ),
    "privacy_level_option_mismatch": "The account does not offer this privacy_level.",
    "url_ownership_unverified": "TikTok does not know that the app owns the host of media_url.",
    "file_format_check_failed": "TikTok does not take this format.",
    "duration_check_failed": "The video is too long or too short for TikTok.",
    "frame_rate_check_failed": "TikTok takes 23 to 60 frames a second.",
    "picture_size_check_failed": "TikTok does not take pictures of these dimensions.",
    "publish_cancelled": "The post was canceled in TikTok.",
    "token_not_authorized_for_specified_publish_id": (
        "The post was begun with another credential: look at the account."
    ),
}


def refusal(
    code: str, message: str = "", *, status: int = 200, asked_seconds: float | None = None
) -> TaskError:
    """What to raise for ``code``: an error code, or the ``fail_reason`` of a post.

    ``status`` is that of the answer, ``asked_seconds`` what its Retry-After says. `Unanswered`
    is for answers that leave open whether TikTok did as asked.
    """
    if code in LOGIN:
        return LoggedOut(_told(LOGIN[code], code, message))
    if code in LATER and status < 500:
        meaning, seconds = LATER[code]
        return TryLater(_told(meaning, code, message), asked_seconds or seconds)
    if code in NEVER:
        return NotAccepted(_told(NEVER[code], code, message))
    if status == 401:
        return LoggedOut(_told("TikTok does not take the credential.", code, message))
    if status == 429:
        return TryLater(_told("TikTok is asked too often.", code, message), asked_seconds or 60.0)
    if code == "internal_error" or status >= 500 or (not code and status < 400):
        told = _told(f"TikTok answers with status {status}.", code, message)
        return Unanswered(told, asked_seconds)
    return NotAccepted(_told("TikTok refuses the post.", code, message))


def _told(meaning: str, code: str, message: str) -> str:
    said = ": ".join(part for part in (code, message) if part)
    return f"{meaning} ({said})" if said else meaning
