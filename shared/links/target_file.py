"""The places that the operator lets links be written to, read from a file of JSON.

An object of targets by their names, each with ``url`` (a folder, or an address as folders are
synchronised from, without credentials), ``public_url`` (where the same is seen by everybody), and
where they are needed ``options`` (credentials, as those of a synchronised folder) and ``hub`` (a
WebSub hub that is told of its feeds)::

    {"pod": {"url": "s3://bucket/pod", "public_url": "https://pod.example/",
             "options": {"key": "…", "secret": "…"}, "hub": "https://hub.example/"}}
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shared.errors import Refused, SettingsError
from shared.open_paths import Places
from shared.sources.url import read_source_url

if TYPE_CHECKING:
    from shared.sources.options import SourceOptions

SETTING = "TASKYARD_LINK_TARGETS"
WORDS = {"url", "public_url", "options", "hub"}
NEEDED = {"url", "public_url"}
WRITABLE = ("file", "s3", "sftp", "webdav", "webdavs")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """A folder somewhere, and where its files are seen; ``public_url`` ends without a slash."""

    name: str
    url: str
    public_url: str
    options: SourceOptions
    hub: str = ""


def read_targets(file: Path, places: Places) -> tuple[LinkTarget, ...]:
    """The targets in ``file``; `SettingsError` names what is wrong with which.

    ``places`` say which folders of this machine may be written to. Nothing is connected to.
    """
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{SETTING}: {file} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise SettingsError(f"{SETTING}: {file} holds no JSON ({error}).") from error
    if not isinstance(given, dict):
        raise SettingsError(f"{SETTING}: {file} must hold an object of targets by their names.")
    targets = tuple(_target(name, words, places) for name, words in given.items())
    seen = [target.public_url for target in targets]
    if len(set(seen)) < len(seen):
        raise SettingsError(f"{SETTING}: two targets have the same public_url.")
    return targets


def _target(name: str, words: Any, places: Places) -> LinkTarget:
    if not NAME.fullmatch(name):
        message = "a target's name has small letters, digits, '.', '_' and '-', 63 at most"
        raise SettingsError(f"{SETTING}: {message}; {name!r} has not.")
    if not isinstance(words, dict) or not set(words) >= NEEDED or not set(words) <= WORDS:
        message = "must be an object with url, public_url, and where needed options and hub"
        raise SettingsError(f"{SETTING}: {name} {message}.")
    return LinkTarget(
        name=name,
        url=_folder(name, words["url"], places),
        public_url=_address(name, "public_url", words["public_url"]).rstrip("/"),
        options=_options(name, words.get("options") or {}),
        hub=_address(name, "hub", words["hub"]) if words.get("hub") else "",
    )


def _folder(name: str, url: Any, places: Places) -> str:
    try:
        read = read_source_url(url if isinstance(url, str) else "", places)
    except Refused as error:
        raise SettingsError(f"{SETTING}: {name}.url: {error}") from error
    if read.scheme not in WRITABLE:
        ways = ", ".join(f"{scheme}://" for scheme in WRITABLE)
        raise SettingsError(f"{SETTING}: {name}.url must begin with one of {ways}.")
    return str(url)


def _address(name: str, word: str, url: Any) -> str:
    message = f"{SETTING}: {name}.{word} must be an address that begins with https:// or http://"
    if not isinstance(url, str):
        raise SettingsError(f"{message}.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"{message} ({error}).") from error
    is_bare = not (parts.query or parts.fragment or parts.username) or word == "hub"
    if parts.scheme not in ("https", "http") or not parts.hostname or not is_bare:
        raise SettingsError(f"{message}, with no user, query or fragment.")
    return url


def _options(name: str, given: Any) -> SourceOptions:
    from marshmallow import RAISE, ValidationError

    from shared.sources.options import SourceOptions, SourceOptionsSchema

    try:
        return SourceOptions.of(SourceOptionsSchema(unknown=RAISE).load(given))
    except ValidationError as error:
        words = ", ".join(sorted(map(str, error.messages_dict)))
        raise SettingsError(f"{SETTING}: {name}.options: not usable: {words}.") from error
