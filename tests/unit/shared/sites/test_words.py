"""Links and hashtags in texts, and what a reader takes for one character."""

from __future__ import annotations

import pytest

from shared.sites.facets import facets
from shared.sites.graphemes import count_graphemes
from shared.sites.words import without_words, words


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://example.org", ["https://example.org"]),
        ("See http://example.org/a?b=c#d.", ["http://example.org/a?b=c#d"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("“https://example.org”", ["https://example.org"]),
        ("HTTPS://EXAMPLE.ORG, https://b.org!", ["HTTPS://EXAMPLE.ORG", "https://b.org"]),
        ("xhttps://example.org", []),
        ("https:// nothing", []),
        ("example.org", []),
    ],
)
def test_links_are_found_without_the_sentence_around_them(text: str, links: list[str]) -> None:
    assert [word.link for word in words(text) if word.link] == links
    assert [text[word.start : word.end] for word in words(text) if word.link] == links


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#new", ["new"]),
        ("Hi #new, #blue!", ["new", "blue"]),
        ("#größe #日本語 #हिन्दी #snake_case", ["größe", "日本語", "हिन्दी", "snake_case"]),
        ("＃新しい", ["新しい"]),
        ("#2024 #2024goals", ["2024goals"]),
        ("a#b &#39; ##x", []),
        ("https://example.org/#part", []),
        ("#" + "x" * 65, []),
        ("# alone", []),
    ],
)
def test_hashtags_are_found(text: str, tags: list[str]) -> None:
    assert [word.tag for word in words(text) if word.tag] == tags


def test_what_is_left_are_the_plain_words() -> None:
    assert without_words("A red bicycle #new  https://example.org\n#bike for you") == (
        "A red bicycle for you"
    )
    assert without_words("#new https://example.org") == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("e\u0301", 1), ("👩‍👩‍👧‍👦", 1), ("🇫🇷🇩🇪", 2), ("👍🏽!", 2)],
)
def test_a_character_is_what_a_reader_sees(text: str, count: int) -> None:
    assert count_graphemes(text) == count


def test_facets_count_bytes() -> None:
    text = "é🚲 #neu"
    (facet,) = facets(text)
    assert facet["index"] == {"byteStart": 7, "byteEnd": 11}
    assert text.encode()[7:11] == b"#neu"
