"""Files that mean harm, or were harmed: bombs, loops, locked and cut ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from email.message import EmailMessage

from taskyard.bench.papers import Paper, build
from tests.documents.pictures import chunk

PAPER = Paper(pages=["First page.", "Second page."])
MIB = 1024 * 1024
ENTITIES = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
"""``&j;`` stands for a thousand million times "ha"."""


def with_parts(package: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The office file ``package`` with other ``parts`` in it, in place of its own or beside."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w") as new:
        for name in dict.fromkeys((*old.namelist(), *parts)):
            content = parts[name] if name in parts else old.read(name)
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def part_of(package: bytes, name: str) -> str:
    """A part of an office file, as text."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name).decode()


def laughing_docx() -> bytes:
    """A Word document whose text is an entity that unfolds to gigabytes."""
    docx = build("docx", PAPER)
    text = part_of(docx, "word/document.xml")
    text = text.replace("?>", f"?><!DOCTYPE w:document [{ENTITIES}]>", 1)
    return with_parts(docx, {"word/document.xml": text.replace("First", "&j;").encode()})


def laughing_odt() -> bytes:
    """The same as OpenDocument."""
    odt = build("odt", PAPER)
    text = part_of(odt, "content.xml")
    text = text.replace("?>", f"?><!DOCTYPE office:document-content [{ENTITIES}]>", 1)
    return with_parts(odt, {"content.xml": text.replace("First", "&j;").encode()})


def laughing_xml() -> bytes:
    """The same as mere XML."""
    return f'<?xml version="1.0"?><!DOCTYPE r [{ENTITIES}]><r>It says &j; here</r>'.encode()


def bomb(kind: str, part: str, size: int) -> bytes:
    """An office file in which one part is ``size`` zeros, packed to next to nothing."""
    return with_parts(build(kind, PAPER), {part: bytes(size)})


def lying_bomb(size: int) -> bytes:
    """The same, with a list that says 1,000 bytes; padded, so that its ratio looks honest."""
    package = bytearray(with_parts(build("docx", PAPER), {"word/media/x": bytes(size)}))
    true = struct.pack("<I", size)
    assert package.count(true) == 2
    return bytes(package.replace(true, struct.pack("<I", 1000)))


def nested_bomb(size: int) -> bytes:
    """A Word document with an archive in it that holds a bomb."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(size))
    return with_parts(build("docx", PAPER), {"word/embeddings/more.zip": inner.getvalue()})


def locked_pdf(password: str = "secret") -> bytes:
    """A PDF that opens with a password alone; with an empty one, for everybody."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password, ownerPassword="owner"))
    canvas.drawString(72, 700, "Nobody is to read this.")
    canvas.save()
    return file.getvalue()


def locked_office() -> bytes:
    """What Word writes with a password: the beginning of it, which is all that is looked at."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    )


def looping_pdf() -> bytes:
    """A PDF whose pages contain themselves."""
    return _pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
    )


def self_drawing_pdf() -> bytes:
    """A PDF with a page that draws a form that draws itself; and a text."""
    page = b"BT /F1 12 Tf 72 700 Td (Still here.) Tj ET /X Do"
    form = b"/X Do /X Do"
    return _pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</X 5 0 R>>/Font<</F1 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
        b"/Length %d>>stream\n%s\nendstream" % (len(form), form),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def long_pdf(pages: int) -> bytes:
    """A PDF of very many pages with a line each."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number in range(1, pages + 1):
        text = b"BT /F1 12 Tf 72 700 Td (This is page number %d.) Tj ET" % number
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (len(objects) + 2),
            b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        ]
    return _pdf(*objects)


def _pdf(*objects: bytes) -> bytes:
    """A PDF of ``objects``, numbered from 1; the first is its catalogue."""
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    )
    size = len(objects) + 1
    return bytes(file + end % (size, table, size, len(file)))


def vast_png(width: int, height: int) -> bytes:
    """A PNG of that size, all of one colour: a few bytes say it."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def letter_with(content: bytes, name: str) -> bytes:
    """An e-mail with a file attached."""
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "A file", "a@example.org", "b@example.org"
    letter.set_content("See the attachment.")
    letter.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return letter.as_bytes()
