from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from api.servers.items import Item, items_of
from shared.ids import new_id

A, B = new_id(), new_id()


def read(link_id: str, given: Mapping[str, Any]) -> str:
    """What an item says, where it says anything."""
    if "said" not in given:
        raise ValidationError({"said": ["is required."]})
    return f"{link_id} {given['said']}"


def test_each_item_is_read_or_refused_by_itself_and_in_its_place() -> None:
    given = [
        {"link_id": A, "said": 1}, {"link_id": B}, {"said": 2}, None, {"link_id": "x", "said": 3},
    ]  # fmt: skip

    assert items_of(given, read) == [
        Item(A, said=f"{A} 1"),
        Item(B, error="invalid_field: said: is required."),
        Item("", error="missing_link_id"),
        Item("", error="missing_link_id"),
        Item("x", error="not_found"),
    ]


def test_of_several_about_one_task_the_first_counts_even_where_it_is_refused() -> None:
    given = [{"link_id": A}, {"link_id": A, "said": 1}, {"link_id": "x"}, {"link_id": "x"}]

    assert [item.error for item in items_of(given, read)] == [
        "invalid_field: said: is required.", "duplicate", "not_found", "duplicate",
    ]  # fmt: skip


def test_several_without_a_name_are_no_duplicates() -> None:
    assert [item.error for item in items_of([{}, {}], read)] == ["missing_link_id"] * 2
