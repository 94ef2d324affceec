"""A capture as PDF/A-2b, made without system libraries and checked before it leaves this module.

The font is embedded and carried with the product; what it cannot draw is shown as its code (`U+1F98A`), so
that nothing disappears. Pictures lose their transparency on white and are cut into pages, never squeezed.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from importlib import resources
from zoneinfo import ZoneInfo

import pikepdf
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image, ImageOps

from adapters.archive.checking import findings

MAX_PDF = 25 * 1024 * 1024
MAX_TEXT = 200_000
MAX_IMAGES = 20
MAX_PIXELS = 40_000_000
MAX_PAGES = 300
_WIDTHS = (1600, 1200, 800)
"""Pixels across a page, tried in this order until the file is small enough."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_FONT = "DejaVuSans.ttf"
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_PRODUCER = "Ordna"
logging.getLogger("fontTools").setLevel(logging.ERROR)
logging.getLogger("fpdf").setLevel(logging.ERROR)


class PdfRefused(ValueError):
    """The capture cannot be made a PDF/A. `str()` is a Swedish sentence."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was captured. `captured_at` is aware; `facts` are (label, value) pairs for the first page, and
    `images` PNG, JPEG, WebP or GIF bytes."""

    title: str
    url: str
    captured_at: datetime
    tool: str
    facts: Sequence[tuple[str, str]] = ()
    texts: Sequence[str] = ()
    images: Sequence[bytes] = field(default=(), repr=False)


def make(page: Page) -> bytes:
    """The capture as PDF/A-2b of at most MAX_PDF bytes. Raises PdfRefused when there is too much of it, or
    a picture cannot be opened."""
    if sum(map(len, page.texts)) > MAX_TEXT or len(page.images) > MAX_IMAGES:
        raise PdfRefused("Bilden av kanalen är för stor: för mycket text eller för många bilder.")
    for width in _WIDTHS:
        made = _document(page, width)
        if len(made) <= MAX_PDF:
            break
    else:
        raise PdfRefused("Bilden av kanalen är för stor för arkivformatet. Dela upp den i flera.")
    if wrong := findings(made):
        raise PdfRefused(f"Filen blev inte giltig PDF/A: {', '.join(wrong)}.")
    return made


def _document(page: Page, width: int) -> bytes:
    pdf = FPDF(enforce_compliance="PDF/A-2B")
    pdf.set_creation_date(page.captured_at.astimezone(UTC).replace(microsecond=0))
    pdf.set_producer(_PRODUCER)
    pdf.set_creator(_PRODUCER)
    pdf.set_lang("sv-SE")
    font = resources.files("adapters.archive") / "fonts" / _FONT
    with resources.as_file(font) as path:
        pdf.add_font("DejaVu", fname=path)
        embedded = pdf.fonts["dejavu"]
        assert isinstance(embedded, TTFFont)
        known = frozenset(embedded.cmap)
        pdf.set_title(drawable(page.title, known))
        pdf.set_xmp_metadata(_xmp(drawable(page.title, known), page.captured_at))
        pdf.set_auto_page_break(True, margin=15)
        pdf.add_page()
        pdf.set_font("DejaVu", size=16)
        _lines(pdf, page.title, known, 8)
        pdf.set_font("DejaVu", size=9)
        for label, value in (
            ("Adress", page.url),
            ("Avbildad", page.captured_at.astimezone(_STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S %Z")),
            ("Verktyg", page.tool),
            *page.facts,
        ):
            _lines(pdf, f"{label}: {value}", known, 5)
        pdf.set_font("DejaVu", size=10)
        for text in page.texts:
            pdf.ln(4)
            _lines(pdf, text, known, 5)
        for image in page.images:
            for piece in _pieces(image, width, pdf.epw / pdf.eph):
                if pdf.page_no() >= MAX_PAGES:
                    raise PdfRefused("Bilden av kanalen är för lång. Dela upp den i flera.")
                pdf.add_page()
                # a piece never takes more than the page: it is as wide as the text
                pdf.image(piece, x=pdf.l_margin, y=pdf.t_margin, w=pdf.epw)
        return _calm(bytes(pdf.output()))


def _calm(made: bytes) -> bytes:
    """The file without the action that the library makes a reader start with, and with an id that follows
    from its content: the same capture gives the same bytes."""
    with pikepdf.Pdf.open(io.BytesIO(made)) as pdf:
        if "/OpenAction" in pdf.Root:
            del pdf.Root["/OpenAction"]
        calm = io.BytesIO()
        pdf.save(calm, deterministic_id=True, fix_metadata_version=False)
        return calm.getvalue()


def _lines(pdf: FPDF, text: str, known: frozenset[int], height: float) -> None:
    pdf.multi_cell(
        0,
        height,
        drawable(text, known),
        align="L",
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
        wrapmode=WrapMode.CHAR,
    )


def drawable(text: str, known: frozenset[int]) -> str:
    """The text with every character that the font cannot draw as its code. Line breaks stay."""
    return "".join(
        c if c == "\n" or (ord(c) in known and c.isprintable()) else " " if c == "\t" else f"U+{ord(c):04X}"
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _pieces(content: bytes, width: int, shape: float) -> Iterator[Image.Image]:
    """The picture in full width, cut where a page ends. `shape` is a page's width over its height."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise PdfRefused("Bilden är större än 40 megapixlar.")
            upright = ImageOps.exif_transpose(opened)
            picture = _on_white(upright)
    except PdfRefused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Warning) as error:
        raise PdfRefused("Bilden går inte att öppna.") from error
    if picture.width > width:
        picture = picture.resize((width, max(1, picture.height * width // picture.width)))
    tall = max(1, int(picture.width / shape))
    for top in range(0, picture.height, tall):
        piece = picture.crop((0, top, picture.width, min(top + tall, picture.height)))
        piece.info.clear()
        yield piece


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        drawn = picture.convert("RGBA")
        white = Image.new("RGBA", drawn.size, "white")
        return Image.alpha_composite(white, drawn).convert("RGB")
    return picture.convert("RGB")


def _xmp(title: str, made_at: datetime) -> str:
    """The metadata as XMP: the same times and title as the document's own, and the claim."""
    at = made_at.astimezone(UTC).replace(microsecond=0).isoformat()
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        f"<pdf:Producer>{_PRODUCER}</pdf:Producer><xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool>"
        f"<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{at}</xmp:MetadataDate>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
