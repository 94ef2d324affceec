"""Whether a file is what PDF/A-2b (ISO 19005-2) asks of the files that we make: a check of our own, made
after writing, on another library than the one that wrote."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

CLAIM = "2B"
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"}
    | {"/Rendition", "/Trans", "/GoTo3DView"}
)
_CATALOG = ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/Requirements", "/NeedsRendering")
_HIDDEN, _PRINTED = 0b100010, 0b100


def findings(content: bytes) -> tuple[str, ...]:
    """What is wrong with the file, in short Swedish phrases; nothing when all that is checked holds."""
    if not content.startswith(b"%PDF-1.") or not _binary(content):
        return ("filhuvudet",)
    try:
        with Pdf.open(io.BytesIO(content)) as pdf:
            return tuple(dict.fromkeys(_all(pdf)))
    except pikepdf.PdfError:
        return ("filen går inte att öppna",)


def _binary(content: bytes) -> bool:
    """The second line is a comment of at least four bytes above 127."""
    second = content.split(b"\n", 2)[1] if b"\n" in content[:20] else b""
    return second.startswith(b"%") and sum(byte > 127 for byte in second[1:5]) == 4


def _all(pdf: Pdf) -> Iterator[str]:
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "kryptering"
    if "/ID" not in pdf.trailer:
        yield "filens id saknas"
    yield from (f"{name} i katalogen" for name in _CATALOG if name in pdf.Root)
    names = pdf.Root.get("/Names")
    if names is not None:
        yield from (f"{name} i namnträdet" for name in ("/JavaScript", "/EmbeddedFiles") if name in names)
    yield from _claim(pdf)
    yield from _intent(pdf)
    for found in pdf.objects:
        if isinstance(found, Dictionary | Stream):
            yield from _object(found)
    for page in pdf.pages:
        for annotation in page.get("/Annots", Array()):
            flags = int(annotation.get("/F", 0))
            if not flags & _PRINTED or flags & _HIDDEN:
                yield "en anteckning som inte skrivs ut"


def _claim(pdf: Pdf) -> Iterator[str]:
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        yield "metadata saknas"
        return
    if "/Filter" in metadata:
        yield "metadata är packade"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        if xmp.pdfa_status != CLAIM:
            yield "formatet sägs inte vara PDF/A-2b"
        info = pdf.docinfo  # may be missing altogether; what it says must not be something else
        if "/Title" in info and str(info["/Title"]) != str(xmp.get("dc:title", "")):
            yield "titeln är en annan i metadata"
        told, said = str(info.get("/CreationDate", "")), str(xmp.get("xmp:CreateDate", ""))
        if (
            told
            and "".join(c for c in told if c.isdigit())[:14] != "".join(c for c in said if c.isdigit())[:14]
        ):
            yield "tiden är en annan i metadata"


def _intent(pdf: Pdf) -> Iterator[str]:
    intents = [i for i in pdf.Root.get("/OutputIntents", Array()) if i.get("/S") == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield "färgprofilen saknas"
        return
    profile = intents[0].get("/DestOutputProfile")
    if not isinstance(profile, Stream) or profile.get("/N") != 3:
        yield "färgprofilen är inte RGB"
    elif profile.read_bytes()[36:40] != b"acsp" or profile.read_bytes()[16:20] != b"RGB ":
        yield "färgprofilen går inte att läsa"


def _object(found: Dictionary | Stream) -> Iterator[str]:
    if found.get("/S") in _ACTIONS or "/JS" in found:
        yield "en åtgärd som inte är tillåten"
    if "/AA" in found:
        yield "en åtgärd som startar av sig själv"
    if isinstance(found, Stream):
        yield from _stream(found)
    if found.get("/Type") == Name.Font:
        yield from _font(found)


def _stream(found: Stream) -> Iterator[str]:
    if any(name in found for name in ("/F", "/FFilter", "/FDecodeParms")):
        yield "innehåll utanför filen"
    filters = found.get("/Filter")
    used = list(filters) if isinstance(filters, Array) else [filters]
    if Name.LZWDecode in used or Name.Crypt in used:
        yield "en packning som inte är tillåten"
    if found.get("/Subtype") == Name.Image:
        if bool(found.get("/Interpolate", False)) or "/Alternates" in found or "/OPI" in found:
            yield "en bild som visas på flera sätt"
        if found.get("/ColorSpace") not in (Name.DeviceRGB, Name.DeviceGray) and not isinstance(
            found.get("/ColorSpace"), Array
        ):
            yield "en bild i fel färgrymd"
    if found.get("/Subtype") == Name.PS:
        yield "PostScript"


def _font(font: Object) -> Iterator[str]:
    kind = font.get("/Subtype")
    if kind == Name.Type0:
        if "/ToUnicode" not in font:
            yield "ett typsnitt vars tecken inte går att läsa"
        return
    if kind == Name.Type3:
        return
    descriptor = font.get("/FontDescriptor")
    if descriptor is None or not any(n in descriptor for n in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield "ett typsnitt som inte är inbäddat"
    if kind == Name.CIDFontType2 and "/CIDToGIDMap" not in font:
        yield "ett typsnitt utan teckentabell"
