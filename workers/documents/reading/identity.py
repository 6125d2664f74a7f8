"""What a file is: its content decides, its name is a hint where a text could be several things."""

from __future__ import annotations

from pathlib import Path

from workers.documents.reading import entities, package, signature
from workers.documents.reading.encoding import is_text
from workers.documents.reading.kind import KINDS, PACKAGES, Kind, claimed
from workers.documents.reading.refusal import Unreadable, locked

_TEXTS = frozenset({"txt", "md", "csv"})
_MARKED_UP = frozenset({"html", "xml"})
_ZIP_LABEL = "a ZIP archive"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_OLE_LIST_WITHIN = 4 * 1024 * 1024


def identify(path: Path, name: str, mime_type: str) -> Kind:
    """The kind of the file at ``path``, which its owner calls ``name``.

    `Unreadable` where it is empty, locked, or nothing that is read here.
    """
    with path.open("rb") as file:
        head = file.read(signature.HEAD_BYTES)
    if not head:
        raise Unreadable("The file is empty (0 bytes).")
    said = claimed(name, mime_type)
    if head.startswith(signature.ZIP):
        return _packed(path, said)
    if head.startswith(signature.OLE):
        raise _old_office(path, said)
    found = signature.image(head) or ("pdf" if signature.is_pdf(head) else None)
    if found is None and is_text(head):
        found = signature.markup(head) or _as_said(said, head)
    if found is None:
        raise misnamed(said, signature.foreign(head))
    if found == "xml" and entities.declares_entities(head):
        raise entities.refuse_entities(KINDS[found].label)
    return KINDS[found]


def misnamed(said: Kind | None, label: str | None) -> Unreadable:
    """The file is none that is read here; says both what it is called and what it is."""
    if said is None:
        what = label or "of no known kind"
        return Unreadable(f"The file is {what}, which cannot be read.")
    seen = f"it is {label}" if label else "its content is nothing that can be read"
    return Unreadable(f"The file is called {said.label}, but {seen}.")


def _packed(path: Path, said: Kind | None) -> Kind:
    label = said.label if said and said.name in PACKAGES else _ZIP_LABEL
    members = package.members_of(path, label)
    name = package.kind_of(path, members)
    kind = KINDS[name] if name else None
    package.check(path, members, kind.label if kind else label)
    if kind is None:
        raise misnamed(said, f"{_ZIP_LABEL} (import it into a folder)")
    entities.check_parts(path, members, kind.label)
    return kind


def _old_office(path: Path, said: Kind | None) -> Unreadable:
    """Files of old Office programs; newer ones look the same when they are locked."""
    with path.open("rb") as file:
        if _PROTECTED in file.read(_OLE_LIST_WITHIN):
            return locked(said.label if said and said.name in PACKAGES else "an Office file")
    return misnamed(said, "an old Office file: save it as .docx, .xlsx or .pptx")


def _as_said(said: Kind | None, head: bytes) -> str:
    """What a text is that shows no more of itself: as its owner says, where that can be."""
    if said is not None and said.name in _TEXTS:
        return said.name
    if said is not None and said.name in _MARKED_UP and b"<" in head:
        return said.name
    return "eml" if said is not None and said.name == "eml" and b":" in head else "txt"
