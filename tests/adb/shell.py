"""The telephone's shell: a real POSIX shell splits the line, we do what the words say."""

from __future__ import annotations

import hashlib
import posixpath
import re
import subprocess
from collections.abc import Callable
from typing import Any

from tests.adb.phone import Phone

SPLIT = "set -f; words() { printf '%s\\0' \"$@\"; }; words "
EXTRAS = ("--es", "--eu")
"""What `am` knows of extras here: there is no list of URIs, here or on any Android."""
FLAGS = ("--grant-read-uri-permission", "--activity-clear-task")
WHERE = re.compile(r"_data LIKE '%(/DCIM/Taskyard/[A-Za-z0-9/.-]+)'")
URI = re.compile(r"content://media/external/(video|images)/media")

Answer = tuple[int, str]


class Unsafe(AssertionError):
    """The line does more than run one command."""


def words_of(line: str) -> list[str]:
    """How a POSIX shell reads the line, which may hold one command and nothing else."""
    read = subprocess.run(
        ["/bin/sh", "-c", SPLIT + line], capture_output=True, env={"PATH": "/nowhere"}, timeout=10
    )
    if read.returncode or read.stderr or not read.stdout.endswith(b"\0"):
        raise Unsafe(f"{line!r}: {read.stderr.decode(errors='replace')}")
    return read.stdout[:-1].decode("utf-8").split("\0")


def run(phone: Phone, line: str) -> Answer:
    """Run a line; its status and output."""
    words = words_of(line)
    phone.commands.append(words)
    for beginning, answer in phone.failing.items():
        if " ".join(words).startswith(beginning):
            return answer
    command: Callable[[Phone, list[str]], Answer] | None = COMMANDS.get(words[0])
    if command is None:
        return 127, f"/system/bin/sh: {words[0]}: inaccessible or not found\n"
    return command(phone, words[1:])


def _content(phone: Phone, words: list[str]) -> Answer:
    options = dict(zip(words[1::2], words[2::2], strict=True))
    if words[0] == "call":
        return _scan(phone, options)
    assert words[0] == "query"
    collection = URI.fullmatch(options["--uri"])
    where = WHERE.fullmatch(options["--where"])
    assert collection, options
    assert where, options
    assert options["--projection"] == "_id"
    wanted = f"/sdcard{where[1]}"
    kinds = {"video": (".mp4", ".mov", ".webm"), "images": (".jpg", ".jpeg", ".png", ".webp")}
    found = [
        number for number, path in phone.rows.items()
        if path == wanted and path.endswith(kinds[collection[1]])
    ]  # fmt: skip
    rows = "".join(f"Row: {n} _id={number}\n" for n, number in enumerate(found))
    return 0, rows or "No result found.\n"


def _scan(phone: Phone, options: dict[str, str]) -> Answer:
    assert options["--uri"].startswith("content://media")
    assert options["--method"] == "scan_file"
    if phone.is_old:
        return 0, "Error while accessing provider:media\njava.lang.UnsupportedOperationException\n"
    phone.scan(options["--arg"])
    return 0, "Result: Bundle[{}]\n"


def _am(phone: Phone, words: list[str]) -> Answer:
    intent = _intent(words[1:])
    if words[0] == "broadcast":
        assert intent["-a"] == "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
        phone.scan(intent["-d"].removeprefix("file://"))
        return 0, "Broadcasting: Intent { }\nBroadcast completed: result=0\n"
    assert words[0] == "start"
    if phone.intents and "--activity-clear-task" not in intent:
        return 0, "Warning: Activity not started, its current task has been brought to the front\n"
    phone.intents.append(intent)
    told = f"Starting: Intent {{ act={intent['-a']} typ={intent['-t']} pkg={intent['-p']} }}\n"
    number = int(intent["extras"]["android.intent.extra.STREAM"].rpartition("/")[2])
    assert number in phone.rows, "the app can't read what is not in the gallery"
    assert "--grant-read-uri-permission" in intent
    return 0, told


def _intent(words: list[str]) -> dict[str, Any]:
    intent: dict[str, Any] = {"extras": {}}
    rest = iter(words)
    for word in rest:
        if word in EXTRAS:
            name = next(rest)
            intent["extras"][name] = next(rest)
        elif word in FLAGS:
            intent[word] = True
        else:
            assert word in ("-a", "-t", "-p", "-d"), f"am does not know {word}"
            intent[word] = next(rest)
    return intent


def _monkey(phone: Phone, words: list[str]) -> Answer:
    assert words[0] == "-p"
    assert words[2:] == ["-c", "android.intent.category.LAUNCHER", "1"]
    if words[1] not in phone.packages:
        return 252, "** No activities found to run, monkey aborted.\n"
    phone.intents.append({"launched": words[1]})
    return 0, "Events injected: 1\n"


def _pm(phone: Phone, words: list[str]) -> Answer:
    assert words[:2] == ["list", "packages"]
    found = sorted(p for p in phone.packages if words[2] in p)
    return 0, "".join(f"package:{package}\n" for package in found)


def _input(phone: Phone, words: list[str]) -> Answer:
    if words[0] == "tap":
        phone.screen.tap(int(words[1]), int(words[2]))
    else:
        assert words[0] == "keyevent"
    return 0, ""


def _rm(phone: Phone, words: list[str]) -> Answer:
    assert words[0] == "-rf"
    for folder in words[1:]:
        assert re.fullmatch(r"/sdcard/(DCIM|Download)/Taskyard/[A-Za-z0-9-]+", folder), folder
        phone.remove(folder)
    return 0, ""


def _find(phone: Phone, words: list[str]) -> Answer:
    roots = words[:2]
    assert words[2:] == [
        "-mindepth", "1", "-maxdepth", "1", "-type", "d", "-mtime", "+2",
        "-exec", "rm", "-rf", "{}", "+",
    ]  # fmt: skip
    for folder in sorted(phone.old_folders):
        if posixpath.dirname(folder) in roots:
            phone.remove(folder)
    return 0, ""


def _toybox(phone: Phone, words: list[str]) -> Answer:
    assert words[0] == "md5sum"
    if words[1] not in phone.files:
        return 1, f"md5sum: {words[1]}: No such file or directory\n"
    return 0, f"{hashlib.md5(phone.files[words[1]].content).hexdigest()}  {words[1]}\n"


COMMANDS: dict[str, Callable[[Phone, list[str]], Answer]] = {
    "am": _am, "content": _content, "find": _find, "input": _input, "monkey": _monkey,
    "pm": _pm, "rm": _rm, "toybox": _toybox,
}  # fmt: skip
