"""The words of ``taskyard agent``."""

from __future__ import annotations

from io import StringIO

import click
import pytest

from shared.links.service import SERVICES
from taskyard.commands.agent import key_of, services_of, url_of


def test_the_key_is_taken_from_where_it_was_given() -> None:
    assert key_of(" ty_1_key ", None) == "ty_1_key"
    assert key_of(None, StringIO("ty_1_key\nmore\n")) == "ty_1_key"


@pytest.mark.parametrize("text", [None, "", " \n", "clé"])
def test_without_a_key_it_is_said_where_to_give_one(text: str | None) -> None:
    with pytest.raises(click.UsageError, match="TASKYARD_SERVER_KEY"):
        key_of(text, None)


def test_services_are_words_with_commas() -> None:
    assert services_of(None) == SERVICES
    assert services_of("Entity, social,entity") == ("entity", "social")


@pytest.mark.parametrize("text", ["", ",", "entity,carrots"])
def test_an_unknown_service_is_answered_with_those_there_are(text: str) -> None:
    with pytest.raises(click.BadParameter, match="entity, social, blog20"):
        services_of(text)


@pytest.mark.parametrize("text", ["", "gateway:8000", "ftp://gateway", "http://", "http://[::1"])
def test_what_is_no_address_of_a_gateway_is_said(text: str) -> None:
    assert url_of(" https://gateway.example/ ") == "https://gateway.example/"
    with pytest.raises(click.BadParameter, match="https://"):
        url_of(text)
