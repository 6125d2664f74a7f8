"""One builder for each format, by the ending of a file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from taskyard.bench.papers.office import docx, odt, pptx, xlsx
from taskyard.bench.papers.paper import Paper
from taskyard.bench.papers.plain import csv, html, md, rtf, txt
from taskyard.bench.papers.portable import pdf
from taskyard.bench.papers.sent import eml, epub

BUILDERS: Mapping[str, Callable[[Paper], bytes]] = {
    "pdf": pdf,
    "docx": docx,
    "pptx": pptx,
    "xlsx": xlsx,
    "odt": odt,
    "rtf": rtf,
    "html": html,
    "epub": epub,
    "eml": eml,
    "md": md,
    "txt": txt,
    "csv": csv,
}


def build(kind: str, paper: Paper) -> bytes:
    """``paper`` as a file of that kind; `ImportError` where its library is not installed."""
    return BUILDERS[kind](paper)
