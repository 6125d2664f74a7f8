"""Files that a platform fetches by itself: only where an operator made the blobs public.

The credential's ``media_url`` says where the files of the yard's blob store can be seen by
everybody (a public bucket, or a web server before it): a file is at ``media_url/its key``. The yard
itself serves nothing to strangers.
"""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from shared.blobs.blob import find_key
from shared.sites.outcome import NotAccepted
from shared.yard import Yard
from workers.scripts.publishers.exchange import ask
from workers.scripts.publishers.protocol import Media


def public_urls(
    yard: Yard, client: httpx.Client, platform: str, media_url: object, media: Sequence[Media]
) -> list[str]:
    """The address of each file, seen to be there; `NotAccepted` says what is missing."""
    if not media_url:
        raise NotAccepted(
            f"{platform} takes this only from a public address: name in the account's credential, "
            "as media_url, where the library's files can be seen by everybody."
        )
    base = str(media_url).rstrip("/")
    urls = [f"{base}/{_key(yard, each)}" for each in media]
    for url, each in zip(urls, media, strict=True):
        _check(client, url, each)
    return urls


def _key(yard: Yard, media: Media) -> str:
    with yard.store.read() as tx:
        key = find_key(tx, media.sha256)
    if key is None:
        raise NotAccepted(f"{media.name} is not among the blobs of the yard: it has no address.")
    return key


def _check(client: httpx.Client, url: str, media: Media) -> None:
    answer = ask(client, "media_url", "HEAD", url)
    size = answer.headers.get("content-length", "")
    if not answer.is_success or size != str(media.size_bytes):
        seen = f"status {answer.status}, {size or 'no'} bytes"
        raise NotAccepted(f"{media.name} is not to be seen at media_url ({seen}).")
