"""Files from a list of URLs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from shared.outbound import Guard, OutboundError
from shared.outbound.download import Limits, download
from shared.outbound.transport import GuardedTransport
from shared.tasks.task_type import Context
from workers.documents.imports.delivery import Delivery, EmptyFile, Fetch, Fetched, Write
from workers.documents.imports.http_name import http_name
from workers.documents.imports.tally import Tally

FILE_SECONDS = 1800.0
"""How long one file may take, all in all."""
PAUSES_SECONDS = (1.0, 5.0)
"""Before a second and a third try at files that may come later."""


def import_addresses(context: Context, folder_id: str, urls: Sequence[str]) -> dict[str, Any]:
    """Bring what is at each of ``urls``, the same one once; the import's metadata."""
    wanted = list(dict.fromkeys(urls))
    tally = Tally("url", len(wanted), context.detail)
    delivery = Delivery(context, folder_id, tally)
    limits = Limits(size_bytes=context.yard.settings.max_upload_bytes, seconds=FILE_SECONDS)
    left = [url for url in wanted if not tally.was_brought(url)]
    with closing(GuardedTransport(Guard(context.yard.settings.allow_networks))) as guarded:
        for pause in PAUSES_SECONDS:
            left = _once(delivery, guarded, limits, left, is_last=False)
            _wait(delivery, pause if left else 0.0)
        _once(delivery, guarded, limits, left, is_last=True)
    return delivery.end()


def _once(
    delivery: Delivery,
    guarded: GuardedTransport,
    limits: Limits,
    urls: Sequence[str],
    *,
    is_last: bool,
) -> list[str]:
    """Try each of ``urls``; those that are worth another try."""
    again = []
    for url in urls:
        delivery.tell()
        try:
            delivery.bring(url, _fetch(guarded, url, limits))
        except OutboundError as error:
            if error.retryable and not is_last:
                again.append(url)
            else:
                delivery.tally.failed(
                    url, error.reason.value, str(error), retryable=error.retryable
                )
        except EmptyFile as error:
            delivery.tally.failed(url, "EMPTY_FILE", str(error))
    return again


def _fetch(guarded: GuardedTransport, url: str, limits: Limits) -> Fetch:
    def fetch(write: Write) -> Fetched:
        came = download(guarded, url, write, limits)
        path = came.url.raw_path.partition(b"?")[0].decode("ascii", "replace")
        name = http_name(path, came.url.host, came.content_type, came.disposition)
        return Fetched(name, came.content_type)

    return fetch


def _wait(delivery: Delivery, seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        delivery.tell()
        time.sleep(min(left, 0.5))
