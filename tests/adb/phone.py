"""A telephone behind the ADB server: files, a gallery, apps, and what it is told to do wrong."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from tests.adb.screen import Screen

TIKTOK = "com.zhiliaoapp.musically"
INSTAGRAM = "com.instagram.android"
WRITABLE = ("/sdcard/", "/data/local/tmp/")
GALLERY_KINDS = {
    ".mp4": "video", ".mov": "video", ".webm": "video",
    ".jpg": "images", ".jpeg": "images", ".png": "images", ".webp": "images",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file on the telephone."""

    mode: int
    modified: int
    content: bytes


@dataclass
class Phone:
    """What there is, and what happened; ``state`` is what the ADB server says of it."""

    serial: str
    state: str = "device"
    packages: set[str] = field(default_factory=lambda: {TIKTOK, INSTAGRAM})
    features: str = "shell_v2,cmd"
    files: dict[str, File] = field(default_factory=dict)
    old_folders: set[str] = field(default_factory=set)
    rows: dict[int, str] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)
    intents: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[str] = field(default_factory=list)
    screen: Screen = field(default_factory=Screen)

    # what it does wrong
    space: int | None = None
    gone_after_bytes: int | None = None
    may_receive: Event = field(default_factory=Event)
    receiving: Event = field(default_factory=Event)
    failing: dict[str, tuple[int, str]] = field(default_factory=dict)
    cut_after: str = ""
    ignores_scans: bool = False
    is_old: bool = False
    loses_bytes: bool = False
    is_read_only: bool = False

    def __post_init__(self) -> None:
        """Nothing holds it up at first."""
        self.may_receive.set()

    def room(self) -> int:
        """How many bytes may still be written."""
        used = sum(len(file.content) for file in self.files.values())
        return 1 << 62 if self.space is None else self.space - used

    def store(self, path: str, file: File) -> None:
        """Keep a file, complete or not."""
        content = file.content[:-1] if self.loses_bytes else file.content
        self.files[path] = File(file.mode, file.modified, content)

    def scan(self, path: str) -> int | None:
        """Take a file into the gallery; its id."""
        kind = GALLERY_KINDS.get(posixpath.splitext(path)[1])
        if path not in self.files or kind is None or self.ignores_scans:
            return None
        known = {stored: number for number, stored in self.rows.items()}
        number = known.get(path, 1000 + len(self.rows))
        self.rows[number] = path
        return number

    def remove(self, folder: str) -> None:
        """Remove a folder with everything in it, from the gallery too."""
        inside = folder.rstrip("/") + "/"
        self.files = {p: f for p, f in self.files.items() if not p.startswith(inside)}
        self.rows = {n: p for n, p in self.rows.items() if not p.startswith(inside)}
        self.old_folders.discard(folder)

    def media(self) -> dict[str, bytes]:
        """What is in its gallery's folder, by name."""
        album = "/sdcard/DCIM/Taskyard/"
        return {
            posixpath.basename(path): file.content
            for path, file in self.files.items()
            if path.startswith(album)
        }

    def caption(self) -> str | None:
        """The caption that lies there to be copied."""
        texts = [f.content for p, f in self.files.items() if p.endswith("/caption.txt")]
        return texts[0].decode("utf-8") if texts else None
