"""The kinds of files that are read, and how others are called."""

from __future__ import annotations

from dataclasses import dataclass

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` is the usual ending, ``label`` what a sentence calls it."""

    name: str
    label: str
    mime_type: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "a PDF file", "application/pdf"),
        Kind("docx", "a Word document", f"{_OFFICE}.wordprocessingml.document"),
        Kind("pptx", "a PowerPoint presentation", f"{_OFFICE}.presentationml.presentation"),
        Kind("xlsx", "an Excel workbook", f"{_OFFICE}.spreadsheetml.sheet"),
        Kind("odt", "an OpenDocument text", f"{_OPEN}.text"),
        Kind("ods", "an OpenDocument spreadsheet", f"{_OPEN}.spreadsheet"),
        Kind("epub", "an EPUB book", "application/epub+zip"),
        Kind("rtf", "an RTF document", "application/rtf"),
        Kind("html", "an HTML page", "text/html"),
        Kind("xml", "an XML file", "application/xml"),
        Kind("eml", "an e-mail", "message/rfc822"),
        Kind("md", "a Markdown text", "text/markdown"),
        Kind("csv", "a CSV table", "text/csv"),
        Kind("txt", "a plain text", "text/plain"),
        Kind("png", "a PNG image", "image/png"),
        Kind("jpeg", "a JPEG image", "image/jpeg"),
        Kind("gif", "a GIF image", "image/gif"),
        Kind("bmp", "a BMP image", "image/bmp"),
        Kind("tiff", "a TIFF image", "image/tiff"),
        Kind("webp", "a WebP image", "image/webp"),
    )
}
IMAGES = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
PACKAGES = frozenset({"docx", "pptx", "xlsx", "odt", "ods", "epub"})
"""Those that are ZIP archives inside."""
_ALSO = {
    "docm": "docx",
    "dotx": "docx",
    "pptm": "pptx",
    "ppsx": "pptx",
    "xlsm": "xlsx",
    "htm": "html",
    "xhtml": "html",
    "markdown": "md",
    "text": "txt",
    "log": "txt",
    "tsv": "csv",
    "jpg": "jpeg",
    "tif": "tiff",
}


def claimed(name: str, mime_type: str) -> Kind | None:
    """What the file is said to be: by the ending of its name, else by its media type."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    by_name = KINDS.get(_ALSO.get(ending, ending))
    if by_name is not None:
        return by_name
    return next((kind for kind in KINDS.values() if kind.mime_type == mime_type), None)
