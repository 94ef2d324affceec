"""Mail read into values: RFC 5322 bytes in, a frozen `Mail` out. Nothing is stored or sent."""

from adapters.mail.charsets import clean, one_line
from adapters.mail.names import display_name
from adapters.mail.reading import read
from adapters.mail.values import MAX_BYTES, Mail, MailFile, MailRefused, Reason

__all__ = [
    "MAX_BYTES",
    "Mail",
    "MailFile",
    "MailRefused",
    "Reason",
    "clean",
    "display_name",
    "one_line",
    "read",
]
