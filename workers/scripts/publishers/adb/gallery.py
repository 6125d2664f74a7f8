"""Bringing the media of a post to a device, and into its gallery, where apps find it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO

from shared.sites.outcome import TryLater
from workers.scripts.publishers.adb import words
from workers.scripts.publishers.adb.patience import Patience
from workers.scripts.publishers.adb.phone import Phone
from workers.scripts.publishers.protocol import Media, Post, PostContext

INDEX_SECONDS = 30.0
"""How long the gallery may take to take in a file."""
ROW_ID = re.compile(r"^Row: \d+ _id=(\d+)\s*$", re.MULTILINE)


class Gallery:
    """Where the files of one post are on a device."""

    def __init__(self, phone: Phone, post: Post, context: PostContext) -> None:
        self._phone = phone
        self._post = post
        self._context = context
        self._patience = Patience(context)
        self.folder = words.folder_name(post.key)

    def bring(self) -> list[str]:
        """Send every file that is not there yet; the gallery's address of each, in order.

        Raises `TryLater` where the device has no room, or its gallery does not take them in.
        """
        whole = sum(media.size_bytes for media in self._post.media) or 1
        paths, before = [], 0
        for number, media in enumerate(self._post.media, 1):
            paths.append(self._send(number, media, self._telling(before, whole)))
            before += media.size_bytes
            self._context.progress(100.0 * before / whole)
        return [
            self._take_in(path, media.kind)
            for path, media in zip(paths, self._post.media, strict=True)
        ]

    def bring_caption(self) -> str:
        """Put the caption beside, for a person to copy; where it is."""
        path = f"{words.TEXTS}/{self.folder}/caption.txt"
        text = words.sayable(self._post.caption).encode("utf-8")
        self._phone.send(BytesIO(text), path, int(time.time()), lambda _: self._patience.look())
        return path.removeprefix("/sdcard/")

    def remove(self) -> bool:
        """Remove the files from the device; whether it could be done."""
        return self._phone.run(words.remove(self.folder)).status == 0

    def _send(self, number: int, media: Media, told: Callable[[int], None]) -> str:
        path = f"{words.GALLERY}/{self.folder}/{words.file_name(media, number)}"
        if self._phone.holds(path, media.size_bytes):
            return path
        # galleries show the newest first: so the first file is that
        modified = int(time.time()) - number
        with media.path.open("rb") as file:
            self._phone.send(file, path, modified, told)
        if not self._phone.holds(path, media.size_bytes):
            message = f"Device {self._phone.serial} does not have all of {media.name}."
            raise TryLater(message, code="PUSH_INCOMPLETE")
        return path

    def _telling(self, before: int, whole: int) -> Callable[[int], None]:
        """What tells of each part that went, and looks whether the post goes on."""
        sent = before

        def told(size: int) -> None:
            nonlocal sent
            sent += size
            self._context.progress(100.0 * sent / whole)
            self._patience.look()

        return told

    def _take_in(self, path: str, kind: str) -> str:
        """The gallery's address of a file: known already, or once it has been scanned."""
        if (address := self._address(path, kind)) is None:
            if self._phone.run(words.scan(path)).error:
                self._phone.run(words.scan_as_before(path))
            found: list[str] = []

            def look() -> bool:
                found.extend(filter(None, [self._address(path, kind)]))
                return bool(found)

            if not self._patience.until(look, INDEX_SECONDS):
                message = f"The gallery of device {self._phone.serial} does not take in {path}."
                raise TryLater(message, code="NOT_INDEXED")
            address = found[0]
        return address

    def _address(self, path: str, kind: str) -> str | None:
        row = ROW_ID.search(self._phone.run(words.find(path, kind)).text)
        return f"{words.collection(kind)}/{row[1]}" if row else None
