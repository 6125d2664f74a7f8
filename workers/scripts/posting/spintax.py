"""Captions with choices: ``{Hi|Hello} there`` is one of two texts. Pure.

Choices may stand inside of choices, and any of them may be empty. ``\\{``, ``\\|``, ``\\}`` and
``\\\\`` are those signs themselves; so is a brace that has no partner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Generic, TypeVar

Value = TypeVar("Value")
TOKEN = re.compile(r"\\[{}|\\]|[{}|]|[^{}|\\]+|\\")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """What a caption is read for: the value of plain text, of a row of values, of a choice."""

    plain: Callable[[str], Value]
    row: Callable[[Sequence[Value]], Value]
    choice: Callable[[Sequence[Value]], Value]


def spin(text: str, seed: str) -> str:
    """One of the texts that ``text`` stands for; always the same one for the same seed."""
    chance = Random(seed)  # noqa: S311 - nothing is kept secret by it
    return _read(text, Reading(plain=str, row="".join, choice=chance.choice))


def variants(text: str) -> int:
    """In how many ways the choices of ``text`` can be made."""
    counting: Reading[int] = Reading(plain=lambda _: 1, row=prod, choice=sum)
    return _read(text, counting)


def _read(text: str, reading: Reading[Value]) -> Value:
    """Read from the inside out, without recursion: captions may be nested as deep as they like.

    ``choices`` holds the choices that are open, each with its options so far, each of these as a
    row of values; the first is the caption itself, which has one option.
    """
    choices: list[list[list[Value]]] = [[[]]]
    for token in TOKEN.findall(text):
        if token == "{":  # noqa: S105 - no password
            choices.append([[]])
        elif token == "|" and len(choices) > 1:  # noqa: S105
            choices[-1].append([])
        elif token == "}" and len(choices) > 1:  # noqa: S105
            options = [reading.row(option) for option in choices.pop()]
            choices[-1][-1].append(reading.choice(options))
        else:
            sign = token[1:] if len(token) == 2 and token[0] == "\\" else token
            choices[-1][-1].append(reading.plain(sign))
    while len(choices) > 1:
        _as_text(choices, reading)
    return reading.row(choices[0][0])


def _as_text(choices: list[list[list[Value]]], reading: Reading[Value]) -> None:
    """The innermost open choice was never closed: its braces and bars are plain text."""
    first, *others = choices.pop()
    row = choices[-1][-1]
    row += [reading.plain("{"), *first]
    for option in others:
        row += [reading.plain("|"), *option]
