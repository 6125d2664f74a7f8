"""Encodings, words, languages, times, and what is no text."""

from __future__ import annotations

import pytest

from workers.documents.reading.clean import clean, one_line
from workers.documents.reading.counting import word_count
from workers.documents.reading.encoding import decoded, is_text
from workers.documents.reading.language import language_of
from workers.documents.reading.moment import told_moment
from workers.documents.reading.office import tabbed_tables
from workers.documents.reading.plain import csv_page, text_pages

FRENCH = "Le café était très cher à Noël, déjà vu l'été dernier."
RUSSIAN = "Это довольно обычный русский текст о хлебе и сахаре."
CHINESE = "面包今天卖十二块钱，面包师说。明天会更贵一些，因为面粉涨价了。"
ARABIC = "الخبز يكلف اثني عشر يورو اليوم كما قال الخباز للناس في السوق."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (CHINESE, "gb18030"),
        (ARABIC, "cp1256"),
    ],
)
def test_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert is_text(data)
    assert decoded(data) == text


def test_a_late_character_decides_the_encoding_of_a_long_text() -> None:
    text = "Nothing but plain letters here.\n" * 5000 + FRENCH
    assert decoded(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data", [bytes(100), bytes(range(256)), b"a\0b\0\0\0\1", b"\x01\x02\x03text"]
)
def test_other_bytes_are_no_text(data: bytes) -> None:
    assert not is_text(data)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("two words", 2),
        ("l'été n'est pas là", 4),
        ("well-known – isn’t it?", 3),
        ("面包很贵", 4),
        ("Brot kostet 面包", 4),
        ("a " * 1_500_000, 1_500_000),
        ("é " * 1_500_000, 1_500_000),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert word_count(text) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The baker sells bread and nobody in the town bakes as he does.", "en"),
        ("Le boulanger vend du pain et personne en ville ne cuit comme lui.", "fr"),
        ("Der Bäcker verkauft Brot und niemand in der Stadt backt so wie er.", "de"),
        ("El panadero vende pan y nadie en la ciudad hornea como él lo hace.", "es"),
        (ARABIC, "ar"),
        (CHINESE, "zh"),
        ("Invoice 17", None),
        ("1 2 3 4 5 6 7 8 9 10 11 12", None),
        ("", None),
    ],
)
def test_the_language_is_told_where_there_is_text_enough(text: str, language: str | None) -> None:
    assert language_of([text]) == language


def test_the_language_of_many_short_pages_is_that_of_all() -> None:
    assert language_of(["Der Hund", "und die Katze", "gehen heute", "nicht nach Hause"]) == "de"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("2024-03-17T09:30:00Z", "2024-03-17T09:30:00.000Z"),
        ("2024-03-17T09:30:00.5+02:00", "2024-03-17T07:30:00.500Z"),
        ("2024-03-17", "2024-03-17T00:00:00.000Z"),
        ("Sun, 17 Mar 2024 09:30:00 +0000", "2024-03-17T09:30:00.000Z"),
        ("0001-01-01T00:00:00+10:00", "0001-01-01T00:00:00.000Z"),
        ("soon", None),
        (None, None),
    ],
)
def test_times_are_told_in_one_form(told: str | None, text: str | None) -> None:
    assert told_moment(told) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("nul\0 and half \ud800 pair", "nul and half  pair"),
        ("ex\ufffe\r\nample, ex\x02ample", "example, example"),
        ("trailing  \nblanks\t\n", "trailing\nblanks"),
    ],
)
def test_what_is_no_text_is_left_out(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_a_title_is_one_line_of_some_length() -> None:
    assert one_line("A  title\nin two ") == "A title in two"
    assert one_line(" \0 ") is None
    assert len(one_line("x" * 9999) or "") == 500


def test_form_feeds_part_pages() -> None:
    assert [page.text for page in text_pages("one\n\ftwo\f")] == ["one", "two"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_table_is_found_with_its_delimiter(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (("a", "b", "c"), ("1", "2", "3")))
    assert csv_page(text).tables == [[["a", "b", "c"], ["1", "2", "3"]]]


def test_lines_with_as_many_tabs_are_a_table() -> None:
    text = "Title\n\na\tb\n\n1\t2\n\nlonely\ttab\tline\n\nc\td"
    assert tabbed_tables(text) == [[["a", "b"], ["1", "2"]]]
