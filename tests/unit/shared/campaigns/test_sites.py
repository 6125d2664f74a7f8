"""Tables of sites."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from shared.campaigns.form import MOST_SITES
from shared.campaigns.sites import read_sites, read_table

WORDS = {"name": "Spring", "service_type": "social", "website": "https://shop.example/"}
HERE = [{"name": "here", "password": "a"}, {"name": "there", "password": "b"}]


@pytest.mark.parametrize(
    "content",
    [
        b"name,password\r\nhere,a\r\nthere,b\r\n",
        b"name,password\nhere,a\nthere,b",
        b"\xef\xbb\xbfname,password\r\nhere,a\r\nthere,b\r\n",
        b'"name","password"\r\n"here","a"\r\n"there","b"\r\n',
        b"Name , PASSWORD\r\nhere,a\r\n\r\n,\r\nthere,b\r\n",
        b"colour,name,password\r\nred,here,a\r\nblue,there,b\r\n",
    ],
    ids=["crlf", "lf", "bom", "quoted", "blank rows", "unknown column"],
)
def test_a_table_is_read_however_programs_write_it(content: bytes) -> None:
    assert list(read_sites(content).values()) == HERE


def test_cells_may_hold_commas_quotes_lines_spaces_and_any_script() -> None:
    content = 'url,about,password\r\nhttps://é.example,"a ""b"", c\r\nd"," p,w "\r\n'.encode()

    (site,) = read_sites(content).values()

    assert site["about"] == 'a "b", c\r\nd'
    assert (site["url"], site["password"]) == ("https://é.example", " p,w ")


def test_reading_ends_one_site_after_the_most() -> None:
    assert len(read_sites(b"name\n" + b"here\n" * (MOST_SITES + 5))) == MOST_SITES + 1


@pytest.mark.parametrize(
    ("content", "where", "message"),
    [
        (b"", (), "the first row must name the columns"),
        (b"colour\r\nred\r\n", (), "url, name or kind among them"),
        (b"name;password\r\nhere;a\r\n", (), "separated by commas"),
        (b"name,url,name\r\na,b,c\r\n", (), "names name twice"),
        (b"name\r\n\xff\r\n", (), "must be UTF-8; byte 7 is not"),
        ("name\r\nhere\r\n".encode("utf-16"), (), "must be UTF-8; byte 1 is not"),
        (b'name\r\n"here\r\n', (), "line 2 is no CSV"),
        (b'name\r\n"he"re\r\n', (), "line 2 is no CSV"),
        (b"name\r\n" + b"x" * 200_000, (), "line 2 is no CSV"),
        (b"name,url\r\na,b\r\n\r\nc\r\n", (1,), "has 1 cells, and the first row has 2 (line 4)."),
        (b"name,url\r\na,b,c\r\n", (0,), "has 3 cells"),
    ],
    ids=range(11),
)
def test_what_is_no_table_of_sites_is_refused(
    content: bytes, where: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValidationError) as error:
        read_sites(content)

    found: Any = error.value.messages_dict["sites"]
    for place in where:
        found = found[place]
    assert message in found[0]


def test_what_is_wrong_with_a_site_says_in_which_line_it_begins() -> None:
    content = b'name,kind,about\nhere,,"two\nlines"\n\nthere,feed,\n,,nowhere\nhere,feed,\n'

    with pytest.raises(ValidationError) as error:
        read_table(content, WORDS)

    feed = "feed cannot do social; of our kinds, "
    wrong: Any = error.value.messages_dict["sites"]
    assert wrong.keys() == {1, 2, 3}
    assert wrong[1]["kind"][0].startswith(feed)
    assert wrong[1]["kind"][0].endswith("can (line 5).")
    assert wrong[2]["url"][0].endswith("a kind (line 6).")
    assert wrong[3]["kind"][0].endswith("can (line 7).")


def test_what_is_wrong_with_all_of_a_table_has_no_line() -> None:
    with pytest.raises(ValidationError) as error:
        read_table(b"name\n", {**WORDS, "name": ""})

    found: Any = error.value.messages_dict
    assert found.keys() == {"name", "sites"}
    assert "line" not in str(found)
