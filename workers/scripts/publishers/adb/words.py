"""What is said to a device: commands as words, the places of its files. Pure.

Words become one line for the device's shell by `shlex.join`: whatever stands in a caption arrives
as it is, and nothing of it is ever run. Names of files are made of a few harmless signs alone, for
they also stand in paths, in URIs and in the gallery's queries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from mimetypes import guess_extension
from pathlib import PurePosixPath

from shared.sites.outcome import NotAccepted
from shared.social.account import Platform, SocialAccount
from workers.scripts.publishers.protocol import Media

GALLERY = "/sdcard/DCIM/Taskyard"
TEXTS = "/sdcard/Download/Taskyard"
"""A folder that every file app shows: the gallery has no place for texts."""
KEPT_DAYS = 2
PACKAGES = {
    Platform.TIKTOK: "com.zhiliaoapp.musically",
    Platform.INSTAGRAM: "com.instagram.android",
}
"""The apps of platforms, for accounts that name none."""
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
"""https://developer.android.com/build/configure-app-module#set-application-id"""
MEDIA_TYPE = re.compile(r"(video|image)/[a-z0-9][a-z0-9.+-]*")
SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
LONGEST_STEM = 40

Words = Sequence[str]


def named_app(social: SocialAccount | None) -> str:
    """The app of an account, as it is named or as its platform's is called; "" where neither is."""
    if social is None:
        return PACKAGES[Platform.TIKTOK]
    return social.package_name or PACKAGES.get(Platform(social.platform), "")


def package_of(social: SocialAccount | None) -> str:
    """The app to publish with; `NotAccepted` where nobody says which."""
    package = named_app(social)
    if not package:
        raise NotAccepted("The account's package_name is empty: name the app on the device.")
    if not PACKAGE.fullmatch(package):
        raise NotAccepted(f"The account's package_name {package!r} is not the name of an app.")
    return package


def sayable(text: str) -> str:
    """``text`` without what no command can carry: NUL, and halves of signs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def folder_name(key: str) -> str:
    """The folder of a post, by its key."""
    return key if re.fullmatch(r"[A-Za-z0-9-]{1,64}", key) else sha256(key.encode()).hexdigest()


def file_name(media: Media, number: int) -> str:
    """What the ``number``-th file is called on a device: as at home, as far as that is harmless.

    The content has a part in it, so that a file of that name and size need not be sent again.
    """
    given = PurePosixPath(media.name.replace("\\", "/"))
    plain = unicodedata.normalize("NFKD", given.stem).encode("ascii", "ignore").decode("ascii")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:LONGEST_STEM].strip("-") or media.kind
    suffix = given.suffix.lower()
    if not SUFFIX.fullmatch(suffix):
        suffix = guess_extension(media.media_type) or (".mp4" if media.kind == "video" else ".jpg")
    return f"{number:02d}-{stem}-{media.sha256[:8]}{suffix}"


def scan(path: str) -> Words:
    """Let the gallery take in a file (Android 10 and later)."""
    asked = ("--uri", "content://media", "--method", "scan_file", "--arg", path)
    return ("content", "call", *asked)


def scan_as_before(path: str) -> Words:
    """The same, for what came before Android 10."""
    action = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
    return ("am", "broadcast", "-a", action, "-d", f"file://{path}")


def collection(kind: str) -> str:
    """Where the gallery keeps videos, or pictures."""
    return f"content://media/external/{'video' if kind == 'video' else 'images'}/media"


def find(path: str, kind: str) -> Words:
    """Ask the gallery for the id of a file."""
    where = f"_data LIKE '%{path.removeprefix('/sdcard')}'"
    return (
        "content", "query", "--uri", collection(kind), "--projection", "_id", "--where", where
    )  # fmt: skip


def share(package: str, media_type: str, uri: str, caption: str) -> Words:
    """Open the app's own screen for a file that is shared with it.

    What the app still shows of an earlier share is cleared: Android would show that instead.
    https://developer.android.com/tools/adb#IntentSpec
    """
    kind = media_type if MEDIA_TYPE.fullmatch(media_type) else "*/*"
    text = ("--es", "android.intent.extra.TEXT", caption) if caption else ()
    stream = ("--eu", "android.intent.extra.STREAM", uri)
    flags = ("--grant-read-uri-permission", "--activity-clear-task")
    asked = ("-a", "android.intent.action.SEND", "-t", kind, "-p", package)
    return ("am", "start", *asked, *flags, *stream, *text)


def launch(package: str) -> Words:
    """Open the app as its icon does."""
    return ("monkey", "-p", package, "-c", "android.intent.category.LAUNCHER", "1")


def sweep() -> Words:
    """Remove what earlier posts left, once nobody needs it any more."""
    old = ("-mindepth", "1", "-maxdepth", "1", "-type", "d", "-mtime", f"+{KEPT_DAYS}")
    return ("find", GALLERY, TEXTS, *old, "-exec", "rm", "-rf", "{}", "+")


def remove(folder: str) -> Words:
    """Remove the files of one post."""
    return ("rm", "-rf", f"{GALLERY}/{folder}", f"{TEXTS}/{folder}")
