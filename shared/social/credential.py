"""What an account's credential must say, platform by platform. Pure.

=========  ==========================================  =========================================
platform   required                                    also read
=========  ==========================================  =========================================
mastodon   `instance` (its address), `access_token`
bluesky    `identifier`, `password` (an app password)  `service` (another PDS), `video_service`
tiktok     `access_token`                              `client_key`, `client_secret`,
                                                       `refresh_token`, `media_url`
instagram  `access_token`, `user_id`                   `login` (facebook or instagram),
                                                       `media_url`
=========  ==========================================  =========================================

Whatever else a credential says is kept for the platform's publisher. Every value is a secret: no
message repeats one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.errors import Refused
from shared.outbound.error import OutboundError
from shared.outbound.url import checked_url
from shared.social.account import Platform

REQUIRED: Mapping[Platform, tuple[str, ...]] = {
    Platform.TIKTOK: ("access_token",),
    Platform.INSTAGRAM: ("access_token", "user_id"),
    Platform.MASTODON: ("instance", "access_token"),
    Platform.BLUESKY: ("identifier", "password"),
}
Value = str | bool | int
TOKEN = "access_token"  # noqa: S105 - a name
ADDRESSES = frozenset({"instance", "service"})
MOST_KEYS = 30
LONGEST_VALUE = 8000
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_credential(platform: Platform, credential: Mapping[str, object]) -> dict[str, Value]:
    """``credential`` as it is to be sealed; `Refused` names the key that is wrong, never a value.

    An empty one is none at all.
    """
    if not credential:
        return {}
    if len(credential) > MOST_KEYS or not all(map(KEY.fullmatch, credential)):
        raise _refused("", f"has at most {MOST_KEYS} keys, lower-case words such as access_token.")
    missing = [key for key in REQUIRED[platform] if key not in credential]
    if missing:
        all_keys = ", ".join(REQUIRED[platform])
        raise _refused(missing[0], f"is required: {platform} needs {all_keys}.")
    needed = {*REQUIRED[platform], *ADDRESSES}
    return {
        key: _checked_text(key, value) if key in needed else _checked_value(key, value)
        for key, value in credential.items()
    }


def _checked_text(key: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= LONGEST_VALUE or not text.isprintable():
        raise _refused(key, f"must be a text of 1 to {LONGEST_VALUE} characters on one line.")
    if key == TOKEN and not text.isascii():
        raise _refused(key, "must be of ASCII characters: it is sent in a header.")
    return _checked_address(key, text) if key in ADDRESSES else text


def _checked_value(key: str, value: object) -> Value:
    """What a publisher may want to know as well: a text, which may be empty, a number, a flag."""
    if isinstance(value, bool | int):
        return value
    return _checked_text(key, value) if value != "" else ""


def _checked_address(key: str, text: str) -> str:
    """The address without a path, a query or a slash at its end."""
    try:
        url = checked_url(text)
    except OutboundError:
        url = None
    if url is None or url.path not in ("", "/") or url.query:
        raise _refused(key, "must be the address of a server, such as https://social.example.")
    return str(url).rstrip("/")


def _refused(key: str, detail: str) -> Refused:
    field = f"credential.{key}" if key else "credential"
    return Refused(f"{field}: {detail}", code="INVALID_FIELD", field=field)
