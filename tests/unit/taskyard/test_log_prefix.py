"""Lines of many processes in one stream."""

from __future__ import annotations

from io import StringIO

from taskyard.log_prefix import LogStream


class _Closed(StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_every_line_has_its_process_in_front_in_one_column() -> None:
    stream = LogStream(out := StringIO(), width=8)
    stream.write("gateway", "up")
    stream.write("flower", "up too")
    assert out.getvalue() == "gateway  | up\nflower   | up too\n"


def test_a_process_keeps_its_colour() -> None:
    stream = LogStream(out := StringIO(), width=1, is_coloured=True)
    for name in ("a", "b", "a"):
        stream.write(name, "x")
    first, second, third = out.getvalue().splitlines()
    assert first == third == "\x1b[36ma | \x1b[0mx"
    assert second == "\x1b[32mb | \x1b[0mx"


def test_json_lines_stay_json_where_that_is_the_format() -> None:
    stream = LogStream(out := StringIO(), width=1, is_json=True)
    stream.write("a", '{"message":"x"}')
    stream.write("a", "plain")
    assert out.getvalue() == '{"message":"x"}\na | plain\n'


def test_a_reader_that_went_away_costs_nothing_but_the_line() -> None:
    LogStream(_Closed()).write("a", "x")
