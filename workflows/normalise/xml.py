"""The one XML door of the library: bytes from strangers in, a bounded element tree out, or a
refusal.

No document type, no entities, no network, no includes: what lxml 6 would accept by default is
narrowed further, because even a hardened parser keeps entity nodes in the tree, and then `.text`
silently stops at them.
"""

from __future__ import annotations

import re

from lxml import etree

from workflows.errors import Finding, ModelRefused

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 60_000

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"}


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """The root element, without comments and processing instructions. `max_bytes` is wider only
    where files travel inside the message.

    Raises ModelRefused with one Finding: too large, not text in UTF-8, UTF-16 or Latin-1, a
    document type or entity, broken markup, too many elements, too deep.
    """
    if len(data) > max_bytes:
        raise _refused("xml-size", f"Filen är för stor: högst {max_bytes // 1_000_000} MB tas emot.")
    text = _decoded(data)
    if _FORBIDDEN.search(text):
        raise _refused(
            "xml-doctype",
            "Filen innehåller en dokumenttyp eller entitet (DOCTYPE, ENTITY) och tas inte emot.",
            "Spara modellen på nytt från ett vanligt BPMN-verktyg.",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_pis=True,
        remove_comments=True,
    )
    # Decoded once, by us: the parser sees the same characters that were searched above.
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode("utf-8")
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _refused("xml-syntax", "Filen är inte en läsbar XML-fil.") from None
    _bounded(root)
    return root


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if encoding is None and data[:4] in (b"<\x00?\x00", b"<\x00!\x00", b"<\x00b\x00"):
        encoding = "utf-16-le"
    if encoding is None and data[:4] in (b"\x00<\x00?", b"\x00<\x00!", b"\x00<\x00b"):
        encoding = "utf-16-be"
    if encoding is None:
        found = _DECLARED.match(data.lstrip()[:300])
        encoding = found.group(1).decode("ascii").lower() if found else "utf-8"
        if encoding not in _ENCODINGS:
            raise _refused("xml-encoding", "Filens teckenkodning stöds inte: spara den som UTF-8.")
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        raise _refused("xml-encoding", "Filens teckenkodning går inte att läsa: spara som UTF-8.") from None
    if "\x00" in text:
        raise _refused("xml-encoding", "Filen innehåller tecken som inte får finnas i XML.")
    return text.lstrip("\ufeff")


def _bounded(root: etree._Element) -> None:
    count = attributes = 0
    level: list[etree._Element] = [root]
    depth = 0
    while level:
        depth += 1
        count += len(level)
        attributes += sum(len(element.attrib) for element in level)
        if depth > MAX_DEPTH:
            raise _refused("xml-depth", "Filen är för djupt nästlad för att vara en processmodell.")
        if attributes > MAX_ATTRIBUTES:
            raise _refused("xml-count", "Filen innehåller för många element: högst 20 000 tas emot.")
        if count + sum(len(element) for element in level) > MAX_ELEMENTS:  # counted before they are touched
            raise _refused("xml-count", "Filen innehåller för många element: högst 20 000 tas emot.")
        level = [child for element in level for child in element]


def _refused(rule: str, text: str, hint: str = "") -> ModelRefused:
    return ModelRefused([Finding(rule, None, text, hint)])
