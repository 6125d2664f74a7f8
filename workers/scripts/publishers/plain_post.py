"""Posts of sites that know a text with pictures or a video, and nothing else; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.outbound import OutboundError
from shared.outbound.url import checked_url
from shared.sites.outcome import NotAccepted
from shared.sites.words import without_words
from workers.scripts.publishers.protocol import LoggedOut, Login, Post

NO_SOUND = "-1"
OTHER_ACCOUNT = (
    "An earlier attempt may have posted in another account, for which the credential was then: "
    "nothing is posted again. Look at that account."
)


def check_mix(post: Post, site: str, most_pictures: int | None = None) -> None:
    """Raise `NotAccepted` where ``post`` is neither one video nor up to that many pictures."""
    kinds = {media.kind for media in post.media}
    if not kinds <= {"image", "video"}:
        raise NotAccepted(f"{site} takes pictures and videos.")
    if "video" in kinds and len(post.media) > 1:
        raise NotAccepted(f"{site} takes one video in a post, or pictures alone.")
    count = len(post.media)
    if not count or (most_pictures is not None and count > most_pictures):
        most = "1 or more" if most_pictures is None else f"1 to {most_pictures}"
        raise NotAccepted(f"{site} takes {most} pictures in a post, these are {count}.")


def alt_text(post: Post, most_characters: int | None = None) -> str:
    """What is told of the media to those who don't see them: the caption's plain words.

    Nothing else is known of them; "" where the caption has links and hashtags alone.
    """
    return without_words(post.caption)[:most_characters]


def notes(post: Post, site: str) -> list[str]:
    """What ``site`` cannot do as asked."""
    told = []
    if post.sound.choice != NO_SOUND or post.way == "useSound":
        told.append(f"The sound is not added: {site} has none to choose.")
    if post.product_link:
        told.append(f"The product is not linked: {site} has no products.")
    if post.placement == "story":
        told.append(f"It is an ordinary post: {site} has no stories.")
    return told


def credential_text(account: Login, name: str, default: str | None = None) -> str:
    """The text ``name`` of the account's credential; `LoggedOut` where there is none."""
    credential: Mapping[str, Any] = account.credential or {}
    text = credential.get(name) or default
    if not isinstance(text, str):
        raise LoggedOut(f"credential.{name}: a text is needed to log in.")
    return text


def credential_url(account: Login, name: str, default: str | None = None) -> str:
    """The same for an address of a server; a name alone is one of https."""
    text = credential_text(account, name, default)
    try:
        url = checked_url(text if "://" in text else f"https://{text}")
    except OutboundError as error:
        raise LoggedOut(f"credential.{name}: {error}.") from error
    return str(url).rstrip("/")
