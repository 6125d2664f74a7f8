"""Papers as PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from taskyard.bench.papers.paper import Paper

FONT = "Vera"


def pdf(paper: Paper) -> bytes:
    """A page for each page, the table below the first one's text; its font is in the file."""
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    style = _style()
    flow: list[Any] = []
    for number, page in enumerate(paper.pages):
        flow += [Paragraph(line, style) for line in page.splitlines()]
        flow += [Table(paper.table, style=[("GRID", (0, 0), (-1, -1), 1, "black")])][number:]
        flow.append(PageBreak())
    file = BytesIO()
    SimpleDocTemplate(file, title=paper.title, author=paper.author).build(flow)
    return file.getvalue()


def _style() -> Any:
    import reportlab
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(FONT, Path(reportlab.__file__).parent / "fonts" / f"{FONT}.ttf"))
    return ParagraphStyle("plain", fontName=FONT, fontSize=10, leading=13)
