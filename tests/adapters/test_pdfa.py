"""Captures as PDF/A-2b: what is made holds, and the check sees what does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from adapters.archive.checking import findings
from adapters.archive.pdfa import MAX_IMAGES, MAX_TEXT, Page, PdfRefused, drawable, make

AT = datetime(2026, 3, 3, 9, 14, 3, tzinfo=UTC)


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


def page(**given: object) -> Page:
    told = {"title": "Facebook: första bilden", "url": "https://social.example/a", "tool": "Skärmbild"}
    return Page(captured_at=AT, **(told | given))  # type: ignore[arg-type]


def words(made: bytes) -> str:
    """What the pages say, by the fonts' own tables of characters."""
    found = []
    with Pdf.open(io.BytesIO(made)) as pdf:
        for one in pdf.pages:
            table: dict[int, str] = {}
            for font in one.Resources.get("/Font", Dictionary()).values():
                for line in font.ToUnicode.read_bytes().decode("latin-1").splitlines():
                    parts = line.strip().split("> <") if line.startswith("<") else []
                    if len(parts) == 2:
                        units = bytes.fromhex(parts[1].rstrip(">"))
                        table[int(parts[0].lstrip("<"), 16)] = units.decode("utf-16-be")
            for operands, operator in pikepdf.parse_content_stream(one):
                if str(operator) in {"Tj", "TJ"}:
                    strings = operands[0] if isinstance(operands[0], Array) else operands
                    for string in strings:
                        if isinstance(string, pikepdf.String):
                            raw = bytes(string)
                            codes = [raw[i] << 8 | raw[i + 1] for i in range(0, len(raw), 2)]
                            found.append("".join(table.get(code, "?") for code in codes))
                found.append("\n") if str(operator) == "ET" else None
    return "".join(found)


def test_a_capture_is_pdf_a_2b_and_says_what_it_shows() -> None:
    made = make(page(texts=["Hej från Örebro"], images=[picture()], facts=[("Orsak", "Första bilden")]))
    assert findings(made) == ()
    with Pdf.open(io.BytesIO(made)) as pdf:
        assert pdf.open_metadata().pdfa_status == "2B"
        assert len(pdf.pages) == 2
    said = words(made)
    for part in (
        "https://social.example/a",
        "2026-03-03 10:14:03 CET",
        "Skärmbild",
        "Hej från Örebro",
        "Orsak",
    ):
        assert part in said


def test_the_same_capture_gives_the_same_bytes() -> None:
    assert make(page(images=[picture()])) == make(page(images=[picture()]))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "1", "CMYK"])
def test_a_picture_of_any_kind_loses_what_the_format_forbids(mode: str) -> None:
    made = make(page(images=[picture(mode, kind="JPEG" if mode == "CMYK" else "PNG")]))
    assert findings(made) == ()
    assert b"/SMask" not in made and b"DeviceCMYK" not in made


def test_a_long_picture_is_cut_into_pages_and_not_squeezed() -> None:
    made = make(page(images=[picture(size=(400, 4000))]))
    with Pdf.open(io.BytesIO(made)) as pdf:
        heights = [int(i.Height) for p in pdf.pages for i in p.get_images().values()]
    assert sum(heights) == 4000
    assert len(heights) > 5


def test_what_the_font_cannot_draw_stands_as_its_code() -> None:
    assert "Hej U+1F98A där U+0007" in words(make(page(texts=["Hej 🦊 där \x07"])))


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_every_character_is_drawn_or_named(text: str) -> None:
    known = frozenset(map(ord, "abcåäö U+0123456789ABCDEF"))
    assert {c for c in drawable(text, known) if ord(c) not in known} <= {"\n"}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
@settings(max_examples=15)
def test_any_text_makes_a_valid_file(text: str) -> None:
    assert findings(make(page(title=text or "x", texts=[text]))) == ()


@pytest.mark.parametrize(
    "given_",
    [
        {"texts": ["a" * (MAX_TEXT + 1)]},
        {"images": [picture()] * (MAX_IMAGES + 1)},
        {"images": [b"\x89PNG\r\n\x1a\nnej"]},
        {"images": [picture("1", (9000, 9000))]},
        {"images": [b"%PDF-1.7"]},
    ],
)
def test_what_cannot_be_made_is_refused(given_: dict[str, object]) -> None:
    with pytest.raises(PdfRefused):
        make(page(**given_))


def opened(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def unclaimed(pdf: Pdf) -> None:
    del pdf.Root["/Metadata"]


def other_claim(pdf: Pdf) -> None:
    old = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(old.replace(b"<pdfaid:conformance>B", b"<pdfaid:conformance>U"))


def uncoloured(pdf: Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def fontless(pdf: Pdf) -> None:
    for found in pdf.objects:
        if isinstance(found, Dictionary) and "/FontFile2" in found:
            del found["/FontFile2"]


def unreadable(pdf: Pdf) -> None:
    for found in pdf.objects:
        if isinstance(found, Dictionary) and "/ToUnicode" in found:
            del found["/ToUnicode"]


def scripted(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F="a"))


def attached(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = b"hej"


def another_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Något annat"


def hidden_note(pdf: Pdf) -> None:
    note = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 1, 1], F=2))
    pdf.pages[0].obj.Annots = Array([note])


@pytest.mark.parametrize(
    "spoil",
    [
        opened,
        unclaimed,
        other_claim,
        uncoloured,
        fontless,
        unreadable,
        scripted,
        attached,
        another_title,
        hidden_note,
    ],
)
def test_the_check_sees_what_the_standard_forbids(spoil: Callable[[Pdf], None]) -> None:
    spoilt = io.BytesIO()
    with Pdf.open(io.BytesIO(make(page(images=[picture()])))) as pdf:
        spoil(pdf)
        pdf.save(spoilt, fix_metadata_version=False)
    assert findings(spoilt.getvalue()) != ()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nnej", b"<html>", b"%PDF-1.7\nhej"])
def test_what_is_no_pdf_does_not_pass(content: bytes) -> None:
    assert findings(content) != ()
