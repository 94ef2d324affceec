"""What kind of file it is, told by its bytes; and which kinds a person may upload."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from adapters.mail import display_name
from service.errors import Invalid, TooLarge, Unsupported

MAX_PIXELS = 40_000_000
MAX_UPLOAD = 15 * 1024 * 1024
MAX_UPLOADS = 10
INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Kinds that a page may show. A file is only called one of these when it opens as one."""
UNKNOWN = "application/octet-stream"

# Pillow itself only warns up to twice its limit: here the warning is an error
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# a stranger's own words for a kind would stand unencrypted: only these are taken over
_TAKEN_OVER = frozenset(
    {
        "application/gzip",
        "application/json",
        "application/msword",
        "application/octet-stream",
        "application/pgp-signature",
        "application/pkcs7-mime",
        "application/pkcs7-signature",
        "application/rtf",
        "application/vnd.ms-excel",
        "application/vnd.ms-outlook",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/xml",
        "application/zip",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "image/bmp",
        "image/heic",
        "image/svg+xml",
        "image/tiff",
        "message/delivery-status",
        "message/rfc822",
        "text/calendar",
        "text/csv",
        "text/html",
        "text/plain",
        "text/vcard",
        "text/xml",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/pdf": (".pdf",),
}
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person chose in the browser. Name and kind are the browser's claims."""

    name: str
    media_type: str
    content: bytes


def kind_of(declared: str, content: bytes) -> str:
    """The media type to keep: pictures and PDF by their bytes, the rest as declared where it is a
    known kind, else `application/octet-stream`."""
    found = _by_bytes(content)
    if found in INLINE:
        return found if _opens(content, found) else UNKNOWN
    if found is not None:
        return found
    declared = declared.split(";")[0].strip().lower()
    return declared if declared in _TAKEN_OVER else UNKNOWN


def check_uploads(files: Sequence[Upload]) -> list[Upload]:
    """The files with their true kind and a safe name that ends as its kind does. Raises Invalid,
    TooLarge or Unsupported."""
    if len(files) > MAX_UPLOADS:
        raise Invalid(f"Högst {MAX_UPLOADS} filer kan läggas till åt gången.")
    return [_checked(file, number) for number, file in enumerate(files, 1)]


def _checked(file: Upload, number: int) -> Upload:
    if len(file.content) > MAX_UPLOAD:
        raise TooLarge("En fil får vara högst 15 MB.")
    found = _by_bytes(file.content)
    if found is None:
        raise Unsupported("Filen ska vara en bild (PNG, JPEG, WebP, GIF) eller en PDF.")
    if found in INLINE and not _opens(file.content, found):
        raise Unsupported("Bilden går inte att öppna, eller är större än 40 megapixlar.")
    name = display_name(file.name, found, number)
    if not name.lower().endswith(_ENDINGS[found]):
        name += _ENDINGS[found][0]
    return Upload(name, found, file.content)


def _by_bytes(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if content.startswith(b"%PDF-") else None


def _opens(content: bytes, kind: str) -> bool:
    """Whether Pillow reads it as what it says it is, within the bound. Nothing is unpacked."""
    try:
        with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return False
            picture.verify()
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        OverflowError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return False
    return True
