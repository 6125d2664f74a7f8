"""Several tasks in one body, each to be answered for by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import ValidationError

from api.limits import BULK_BYTES, read_object
from api.servers.refusals import refuse, refused
from shared.ids import is_id
from shared.servers.reporting import LARGEST_BULK
from shared.servers.word import Word

T = TypeVar("T")
ITEMS = f"must be a list of at most {LARGEST_BULK} objects."
INVALID_FIELD = "invalid_field"
"""How the refusal of an item begins that is not one of the `Word`s."""


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """What a caller says of one task: ``said``, unless ``error`` tells why it cannot be taken."""

    link_id: str
    said: T | None = None
    error: str | None = None


def read_items(read: Callable[[str, Mapping[str, Any]], T]) -> list[Item[T]]:
    """The items of the request's body, as ``read`` understands each; 400 where it has none such.

    ``read`` is given the task's id and the whole item, and raises `ValidationError`.
    """
    given = read_object(BULK_BYTES).get("items")
    if not isinstance(given, list) or len(given) > LARGEST_BULK:
        raise refused("items", ITEMS)
    return items_of(given, read)


def items_of(given: Sequence[Any], read: Callable[[str, Mapping[str, Any]], T]) -> list[Item[T]]:
    """Each of ``given`` as ``read`` understands it; of several about one task, the first. Pure."""
    named: set[str] = set()
    items: list[Item[T]] = []
    for one in given:
        link_id = _link_id(one)
        word = _word(link_id, named)
        items.append(_item(link_id, one, read) if word is None else Item(link_id, error=word))
        named.add(link_id)
    return items


def _word(link_id: str, named: Collection[str]) -> Word | None:
    """What is wrong with an item that speaks of ``link_id`` after those ``named`` before."""
    if not link_id:
        return Word.MISSING_LINK_ID
    if link_id in named:
        return Word.DUPLICATE
    return None if is_id(link_id) else Word.NOT_FOUND


def _link_id(one: Any) -> str:
    """The id of the task that an item speaks of; "" where it names none."""
    link_id = one.get("link_id") if isinstance(one, dict) else None
    is_number = isinstance(link_id, int) and not isinstance(link_id, bool)
    return link_id if isinstance(link_id, str) else str(link_id) if is_number else ""


def _item(
    link_id: str, one: Mapping[str, Any], read: Callable[[str, Mapping[str, Any]], T]
) -> Item[T]:
    try:
        return Item(link_id, said=read(link_id, one))
    except ValidationError as error:
        return Item(link_id, error=error_of(error))


def error_of(error: ValidationError) -> str:
    """What an item is told whose fields are refused."""
    if "status" in error.messages_dict:
        return Word.INVALID_STATUS
    return f"{INVALID_FIELD}: {refuse(error)}"
