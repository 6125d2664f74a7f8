"""Where a command gets an account's credential from: a file, questions without echo, its words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeVar

import click
import orjson

from shared.errors import Refused
from shared.social.account import Platform
from shared.social.credential import ADDRESSES, REQUIRED

Command = TypeVar("Command", bound=Callable[..., Any])
LARGEST_BYTES = 256 * 1024
NO_CREDENTIAL = "The credential is no JSON object, and not lines of KEY=VALUE either."


def credential_options(command: Command) -> Command:
    """The options that say where a credential comes from, the same everywhere."""
    file = click.option(
        "--credential-file",
        type=click.File("rb"),
        metavar="FILE",
        help="A JSON object, or lines of KEY=VALUE; - is standard input.",
    )
    ask = click.option("--ask", is_flag=True, help="Ask for each key, without showing the answers.")
    words = click.option(
        "--credential",
        "pairs",
        multiple=True,
        metavar="KEY=VALUE",
        help="One key; may be repeated. Other users of this machine can see it while this runs.",
    )
    return file(ask(words(command)))


def read_credential(
    platform: str, file: BinaryIO | None, pairs: Sequence[str], *, ask: bool
) -> dict[str, Any] | None:
    """The credential that was given, None where none was; not checked yet.

    `Refused` says what is wrong with its form, and repeats nothing of it.
    """
    if sum(map(bool, (file, pairs, ask))) > 1:
        raise click.UsageError("Say one of --credential-file, --ask and --credential.")
    if file is not None:
        return _parsed(file.read(LARGEST_BYTES + 1))
    if ask:
        return asked(platform)
    return _from_lines(pairs) if pairs else None


def required_credential(
    platform: str, file: BinaryIO | None, pairs: Sequence[str], *, ask: bool
) -> dict[str, Any]:
    """The same; where nothing says where it comes from, a person at a terminal is asked."""
    found = read_credential(platform, file, pairs, ask=ask)
    if found is None and sys.stdin.isatty():
        return asked(platform)
    if not found:
        raise click.UsageError("Say --credential-file FILE (- is standard input), or --ask.")
    return found


def asked(platform: str) -> dict[str, str]:
    """What a person types for each key that the platform needs."""
    return {
        key: click.prompt(f"{platform} {key}", hide_input=key not in ADDRESSES, err=True)
        for key in REQUIRED[Platform(platform)]
    }


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_BYTES:
        raise _refused(f"The credential is longer than {LARGEST_BYTES} bytes.")
    if content.lstrip().startswith(b"{"):
        try:
            found: dict[str, Any] = orjson.loads(content)
        except orjson.JSONDecodeError:
            raise _refused(NO_CREDENTIAL) from None
        return found
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        raise _refused(NO_CREDENTIAL) from None
    return _from_lines([line for line in lines if line.strip()])


def _from_lines(lines: Sequence[str]) -> dict[str, str]:
    pairs = [line.partition("=") for line in lines]
    if not pairs or not all(key.strip() and equals for key, equals, _ in pairs):
        raise _refused(NO_CREDENTIAL)
    return {key.strip(): value for key, _, value in pairs}


def _refused(message: str) -> Refused:
    return Refused(message, code="INVALID_FIELD", field="credential")
