"""Making a post readable for the annotators: content of any shape to one normalised text."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LONGEST = 600
"""Characters an annotator reads; the start and the end of longer texts, where verdicts stand."""

_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_URL = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b")
_USER = re.compile(r"(?:\bRT\s+)?@\w+:?")
_TAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|_+")
_MARKUP = re.compile(r"<[^<>]{1,200}>")
_SPACE = re.compile(r"\s+")
_SPEAKING = re.compile("[^\\W\\d_]|[:;=][-']?[()DPp/|]|[\u2190-\u2bff\U0001f000-\U0001faff]")
_DEEPEST = 8


def text_of(content: Any) -> str:
    """The readable text in `content`: a string, or the text values of a list or an object."""
    if isinstance(content, str):
        return normalised(content)
    return normalised(" . ".join(_texts(content, _DEEPEST)))


def normalised(text: str) -> str:
    """`text` without addresses, @names and markup; hashtags as words, escapes as letters."""
    short = _shortened(text, 8 * LONGEST)
    plain = html.unescape(_ESCAPES.sub(_letters, short))
    plain = _MARKUP.sub(" ", _URL.sub(" ", plain))
    plain = _USER.sub(" ", plain)
    plain = _TAG.sub(lambda tag: _CAMEL.sub(" ", tag[1]), plain)
    return _shortened(_SPACE.sub(" ", plain).strip(), LONGEST)


def says_nothing(text: str) -> bool:
    """Whether a normalised text has neither a letter nor an emoji nor a typed face."""
    return not _SPEAKING.search(text)


def _letters(escapes: re.Match[str]) -> str:
    """The letters behind escapes that an export left in the text; halves of letters are lost."""
    return bytes.fromhex(escapes[0].replace("\\u", "")).decode("utf-16-be", errors="ignore")


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return f"{text[: longest // 2]} {text[-(longest // 2) :]}"


def _texts(content: Any, depth: int) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif depth and isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value, depth - 1)
    elif depth and isinstance(content, Sequence) and not isinstance(content, bytes):
        for value in content:
            yield from _texts(value, depth - 1)
