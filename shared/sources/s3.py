"""Objects of an S3 bucket, at Amazon or wherever ``endpoint_url`` says.

Nothing of the server's own account is used: where the caller names no key, requests are not
signed, and neither files nor proxies of the environment are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from fsspec.asyn import get_loop, sync

from shared.errors import TaskError
from shared.outbound import Guard, OutboundError
from shared.outbound.sockets import socket_factory
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.plain import check_endpoint
from shared.sources.source import (
    ANSWER_SECONDS,
    CHUNK_BYTES,
    CONNECT_SECONDS,
    Entry,
    FileUnread,
    denied,
    missing,
    unreachable,
)
from shared.sources.url import SourceUrl

DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "403"}
MISSING = {"NoSuchBucket", "404"}
GONE = {"NoSuchKey", "404", "PreconditionFailed", "InvalidObjectState", "AccessDenied", "403"}
"""Answers that are about one object, when it is asked for."""
T = TypeVar("T")


@contextmanager
def open_source(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[S3Source]:
    """A client for the bucket; its connections end with the block."""
    if options.endpoint_url:
        check_endpoint(settings, options.endpoint_url)
    manager = _client(options, Guard(settings.allow_networks))
    client = _wait(manager.__aenter__)
    try:
        yield S3Source(client, url.host, url.path.removeprefix("/"))
    finally:
        _wait(manager.__aexit__, None, None, None)


def _client(options: SourceOptions, guard: Guard) -> Any:
    from aiobotocore.config import AioConfig
    from aiobotocore.session import AioSession
    from botocore import UNSIGNED

    session = AioSession()
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    given = {
        "aws_access_key_id": options.key,
        "aws_secret_access_key": options.secret,
        "aws_session_token": options.token,
    }
    config = AioConfig(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retries={"total_max_attempts": 2},
        proxies={},
        ignore_configured_endpoint_urls=True,
        signature_version=None if options.key else UNSIGNED,
        s3={"addressing_style": "path" if options.endpoint_url else "auto"},
        connector_args={"socket_factory": socket_factory(guard)},
    )
    return session.create_client(
        "s3",
        region_name=options.region or "us-east-1",
        endpoint_url=options.endpoint_url,
        config=config,
        **(given if options.key else {}),
    )


class S3Source:
    """The objects below a prefix, or one object; keys are the objects' own."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """All objects below the prefix as a folder; where there are none, the object itself."""
        folder = self._prefix if self._prefix.endswith("/") else f"{self._prefix}/"
        folder = "" if folder == "/" else folder
        is_empty = True
        for entry in self._listed(folder, "" if recursive else "/"):
            is_empty = False
            yield entry
        if is_empty and folder and not self._prefix.endswith("/"):
            yield from self._itself()

    def _listed(self, folder: str, delimiter: str) -> Iterator[Entry]:
        more: dict[str, str] = {}
        while True:
            page = self._page(Prefix=folder, Delimiter=delimiter, **more)
            for item in page.get("Contents", ()):
                path = item["Key"][len(folder) :]
                if path and not path.endswith("/"):
                    yield _entry(path, item)
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _itself(self) -> Iterator[Entry]:
        page = self._page(Prefix=self._prefix, MaxKeys=1)
        for item in page.get("Contents", ()):
            if item["Key"] == self._prefix:
                yield _entry(self._prefix.rpartition("/")[2], item)

    def _page(self, **query: Any) -> dict[str, Any]:
        with _translated():
            page = _wait(self._client.list_objects_v2, Bucket=self._bucket, **query)
            return dict(page)

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The object's content, in the version that was listed."""
        from botocore.exceptions import ClientError, IncompleteReadError

        try:
            with _translated(ClientError, IncompleteReadError):
                yield from _drained(self._client.get_object, Bucket=self._bucket, Key=entry.key)
        except ClientError as error:
            if _code(error) not in GONE:
                raise _answered(error) from error
            raise FileUnread(f"The bucket answers {_code(error)}.") from error
        except IncompleteReadError as error:
            raise FileUnread("The object ended early.") from error


def _entry(path: str, item: dict[str, Any]) -> Entry:
    return Entry(path, item["Key"], item["Size"], f"{item['Size']}-{item['ETag']}")


def _drained(ask: Callable[..., Coroutine[Any, Any, Any]], **query: Any) -> Iterator[bytes]:
    body = _wait(ask, **query)["Body"]
    try:
        while chunk := _wait(body.read, CHUNK_BYTES):
            yield chunk
    finally:
        _wait(_closed, body)


async def _closed(body: Any) -> None:
    body.close()


def _wait(work: Callable[..., Coroutine[Any, Any, T]], *args: Any, **how: Any) -> T:
    """What ``work`` answers, done in the loop's own thread."""
    return sync(get_loop(), lambda: work(*args, **how), timeout=2 * ANSWER_SECONDS)  # type: ignore[no-any-return]


@contextmanager
def _translated(*passing: type[Exception]) -> Iterator[None]:
    """Errors of the protocol as errors of the task, but for those ``passing``."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        yield
    except passing:
        raise
    except ClientError as error:
        raise _answered(error) from error
    except ParamValidationError as error:
        raise missing("This is no name of a bucket.") from error
    except (BotoCoreError, OSError, TimeoutError) as error:
        raise _refused(error) or unreachable(
            f"The bucket does not answer ({type(error).__name__})."
        ) from error


def _answered(error: Any) -> TaskError:
    code = _code(error)
    if code in DENIED:
        return denied(f"The bucket refuses these credentials ({code}).")
    if code in MISSING:
        return missing("There is no such bucket.")
    return unreachable(f"The bucket answers {code}.")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "an error"))[:60]


def _refused(error: BaseException | None) -> TaskError | None:
    """The guard's own word, wherever the client wrapped it."""
    while error is not None:
        if isinstance(error, OutboundError):
            return error.as_task_error()
        error = error.__cause__ or error.__context__ or getattr(error, "kwargs", {}).get("error")
    return None
