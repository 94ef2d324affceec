"""What comes in: a mail or a post becomes an item and opens a case. The same twice is kept once."""

from service.evidence import Upload
from service.items.adding import add_to
from service.items.posts import Post
from service.items.reading import ItemView, of_case
from service.items.receiving import MAIL_CHANNEL, PROCESS, SECRET, receive_mail, receive_post
from service.items.sameness import ALREADY, ALREADY_OPEN, Received

__all__ = [
    "ALREADY",
    "ALREADY_OPEN",
    "MAIL_CHANNEL",
    "PROCESS",
    "SECRET",
    "ItemView",
    "Post",
    "Received",
    "Upload",
    "add_to",
    "of_case",
    "receive_mail",
    "receive_post",
]
