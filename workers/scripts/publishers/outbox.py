"""The outbox: bundles in HOME that are ready to post, for an agent or a person to take.

``outbox/WHO/NUMBER/`` holds the media, ``caption.txt`` and ``manifest.json``, which says all that
is needed to post them. A bundle appears there complete, and once: each attempt builds one of its
own in ``outbox/.making``, and the one that was noted, which only the task's rightful attempt can
do, is moved to its place. Where a noted one is in neither folder, somebody has taken it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from shared.blobs.place import sync_folder
from shared.documents.file_name import clean_name
from shared.errors import GiveWay, Unavailable
from shared.yard import Yard
from workers.scripts.publishers.protocol import Login, Media, Post, PostContext, Published

NAME = "outbox"
MAKING = ".making"
CAPTION = "caption.txt"
MANIFEST = "manifest.json"
LONGEST_WHO = 60
UNSAFE = re.compile(r"[^\w.@+-]+")


class Outbox:
    """Publishes by putting a bundle into a folder of this machine; waits for nobody."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self, post: Post) -> None:
        """Whatever can be chosen can be put here."""

    def publish(self, post: Post, account: Login, context: PostContext) -> Published:
        """Put the bundle of ``post`` in its place, unless an earlier attempt did."""
        with _disk():
            return self._published(post, account, context)

    def _published(self, post: Post, account: Login, context: PostContext) -> Published:
        noted = context.noted
        made = self._folder / MAKING / str(noted.get("made"))
        bundle = self._folder / str(noted.get("bundle"))
        if "bundle" not in noted:  # another publisher may have left notes that say no more
            bundle = self._free_place(post, account)
            made = self._made(post, account)
            with _removed_if_in_vain(made):
                place = str(bundle.relative_to(self._folder))
                context.note(made=made.name, bundle=place)
        _move(made, bundle)
        return Published(url=bundle.absolute().as_uri(), id=bundle.name)

    def _free_place(self, post: Post, account: Login) -> Path:
        """A folder called as the task's number, which a yard before this one may have used."""
        place = self._folder / who(account) / str(post.number)
        return place.with_name(f"{post.number}-{post.key}") if place.exists() else place

    def _made(self, post: Post, account: Login) -> Path:
        """A complete bundle of this attempt's own."""
        making = self._folder / MAKING
        making.mkdir(parents=True, exist_ok=True)
        for left in making.glob(f"{post.key}-*"):  # of attempts that were killed
            shutil.rmtree(left, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=f"{post.key}-", dir=making))
        with _removed_if_in_vain(made):
            for file, media in zip(file_names(post.media), post.media, strict=True):
                _copy(media.path, made / file)
            _write(made / CAPTION, post.caption.encode("utf-8", "replace"))
            said = orjson.dumps(manifest(post, account), option=orjson.OPT_INDENT_2)
            _write(made / MANIFEST, said)
            made.chmod(0o755)
            sync_folder(made)
            sync_folder(making)
        return made


def open_publisher(yard: Yard) -> Outbox:
    """The outbox in the yard's HOME."""
    return Outbox(yard.settings.home / NAME)


def who(account: Login) -> str:
    """The folder of an account's bundles, or of a device's where there is no account. Pure."""
    name = account.device.serial if account.device is not None else ""
    if account.social is not None:
        name = account.social.username
    return UNSAFE.sub("_", name)[:LONGEST_WHO].lstrip(".") or "_"


def file_names(media: tuple[Media, ...]) -> list[str]:
    """What the files of a bundle are called, in order: each differently. Pure."""
    return [clean_name(f"{place:02d}-{one.name}") for place, one in enumerate(media, 1)]


def manifest(post: Post, account: Login) -> dict[str, Any]:
    """Everything that whoever posts the bundle needs to know, as JSON. Pure."""
    social, device = account.social, account.device
    media = [
        {"file": file, **{key: value for key, value in asdict(one).items() if key != "path"}}
        for file, one in zip(file_names(post.media), post.media, strict=True)
    ]
    return {
        "key": post.key,
        "task": post.number,
        "account": social
        and {
            "platform": social.platform,
            "username": social.username,
            "package_name": social.package_name,
        },
        "device": device and {"serial": device.serial, "name": device.name},
        "caption": post.caption,
        "media": media,
        "placement": post.placement,
        "post_way": post.way,
        "sound": asdict(post.sound),
        "add_product_link": post.product_link,
        "upload_wait_seconds": post.upload_wait_seconds,
        "sound_wait_seconds": post.sound_wait_seconds,
    }


def _move(made: Path, bundle: Path) -> None:
    """Move a bundle to its place; it is no error that it was moved before."""
    bundle.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(bundle)
    except FileNotFoundError:
        return
    sync_folder(bundle.parent)


def _copy(source: Path, target: Path) -> None:
    """A copy of its own: whoever takes a bundle may change what is in it."""
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _write(target: Path, content: bytes) -> None:
    with target.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _removed_if_in_vain(made: Path) -> Iterator[None]:
    """Remove a bundle that will not be noted; it stays where nobody knows whether it was."""
    try:
        yield
    except (GiveWay, OSError):
        shutil.rmtree(made, ignore_errors=True)
        raise


@contextmanager
def _disk() -> Iterator[None]:
    """A disk that is full or read-only may be otherwise later."""
    try:
        yield
    except OSError as error:
        told = error.strerror or type(error).__name__
        raise Unavailable(f"The outbox cannot be written: {told}.") from error
