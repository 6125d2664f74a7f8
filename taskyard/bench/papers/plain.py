"""Papers as text of some kind."""

from __future__ import annotations

import csv as csv_module
from html import escape
from io import StringIO

from taskyard.bench.papers.paper import Paper


def txt(paper: Paper) -> bytes:
    """Nothing but paragraphs; a form feed between pages."""
    return "\n\f".join(f"{page}\n" for page in paper.pages).encode()


def md(paper: Paper) -> bytes:
    """Markdown with a heading and a table."""
    head, *rows = (f"| {' | '.join(row)} |" for row in paper.table)
    rule = "|" + " --- |" * len(paper.table[0])
    return "\n\n".join([f"# {paper.title}", *paper.lines, "\n".join([head, rule, *rows])]).encode()


def csv(paper: Paper) -> bytes:
    """The table, then a row for each paragraph."""
    file = StringIO()
    blank = [""] * (len(paper.table[0]) - 1)
    csv_module.writer(file).writerows([*paper.table, *([line, *blank] for line in paper.lines)])
    return file.getvalue().encode()


def html(paper: Paper) -> bytes:
    """A web page."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in paper.lines)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
        for row in paper.table
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(paper.title)}</title>
<meta name="author" content="{escape(paper.author)}"></head>
<body><h1>{escape(paper.title)}</h1>
{lines}<table>{rows}</table></body></html>
""".encode()


def rtf(paper: Paper) -> bytes:
    """Rich text; what is not ASCII is escaped."""
    info = rf"{{\info{{\title {_escaped(paper.title)}}}{{\author {_escaped(paper.author)}}}}}"
    pages = [r"\par ".join(map(_escaped, page.splitlines())) for page in paper.pages]
    return (
        rf"{{\rtf1\ansi\deff0{{\fonttbl{{\f0 Arial;}}}}{info}" + r"\page ".join(pages) + "}"
    ).encode()


def _escaped(text: str) -> str:
    return "".join(c if c.isascii() else rf"\u{_signed(ord(c))}?" for c in text)


def _signed(code: int) -> int:
    """RTF counts characters from -32768 to 32767."""
    return code if code < 0x8000 else code - 0x10000
